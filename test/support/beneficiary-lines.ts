import { COLUMNS, type LineFields } from '../../src/application/enrolment/beneficiary-line.js';

/** An invented adult with everything on file (INS of the test range, domain reference 6.1). */
export const adult: LineFields = {
  ins: '258113399990203',
  ins_oid: '1.2.250.1.213.1.4.10',
  family_name: 'Essayan',
  given_names: 'Garance',
  sex: 'F',
  birth_date: '1958-11-03',
  birth_place: '33999',
  email: 'garance.essayan@courriel.test',
  address: '4 allée du Nuage-Bleu',
  postal_code: '00123',
  city: 'Valtestin',
  regime: 'CPAM',
  vitale_serial: '802500000212345678901',
  representative_1_ins: '',
  representative_2_ins: '',
};
/** An invented child with one parent in the file. */
export const child: LineFields = {
  ...adult,
  ins: '216043199990560',
  birth_date: '2016-04-09',
  birth_place: '31999',
  representative_1_ins: adult.ins,
};

/** A beneficiaries file of these lines. */
export const csvOf = (people: readonly LineFields[], delimiter = ';'): string =>
  [COLUMNS.join(delimiter), ...people.map((person) => COLUMNS.map((column) => person[column]).join(delimiter))].join('\n') + '\n';
