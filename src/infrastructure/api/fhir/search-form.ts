/** Below the prefix of all REST routes. */
export const SEARCH_FORM_ROUTE = 'fhir/AuditEvent/_search';

/** A form as plain data: a parameter that comes once is a text, one that comes again a list. */
export const formFields = (form: URLSearchParams): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
