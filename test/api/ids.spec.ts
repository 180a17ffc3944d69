import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { DocumentSetsInput } from '../../src/infrastructure/api/access/inputs.js';
import { CaseInput } from '../../src/infrastructure/api/audit/inputs.js';
import { SpaceRef } from '../../src/infrastructure/api/enrolment/inputs.js';
import { AuditEventSearch } from '../../src/infrastructure/api/fhir/inputs.js';
import { validated } from '../../src/infrastructure/api/validation.js';

describe('An id that somebody says at a door', () => {
  const id = randomUUID();
  const mixed = id.slice(0, 18).toUpperCase() + id.slice(18);

  it('is the one that we gave, in whatever letters it is written', async () => {
    expect(await validated({ space: id.toUpperCase() }, SpaceRef)).toMatchObject({ space: id });
    expect(await validated({ sets: [mixed] }, DocumentSetsInput)).toMatchObject({ sets: [id] });
    expect(await validated({ patient: mixed }, AuditEventSearch)).toMatchObject({ patient: id });
    const looker = { professional: '899990000012' };
    const review = { looker, space: mixed, reason: 'plainte', due: '2027-01-01T00:00:00Z' };
    expect(await validated(review, CaseInput)).toMatchObject({ space: id });
  });

  it('is refused the second time in a list, in whatever letters it is written', async () => {
    await expect(validated({ sets: [id, mixed] }, DocumentSetsInput)).rejects.toMatchObject({ answer: { kind: 'invalid' } });
  });

  it.each([`{${id}}`, `urn:uuid:${id}`, `${id} `, '', 7, null, [[id]]])('is refused as %p', async (said) => {
    await expect(validated({ sets: [said] }, DocumentSetsInput)).rejects.toMatchObject({ answer: { kind: 'invalid' } });
  });
});
