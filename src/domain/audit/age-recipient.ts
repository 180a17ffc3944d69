const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const FORM = /^age1[02-9ac-hj-np-z]{58}$/;

/** The checksum of BIP 173 over values of five bits. */
const polymod = (values: readonly number[]): number =>
  values.reduce((sum, value) => {
    const top = sum >>> 25;
    const next = ((sum & 0x1ffffff) << 5) ^ value;
    return GENERATOR.reduce((mixed, generator, bit) => (((top >>> bit) & 1) === 1 ? mixed ^ generator : mixed), next);
  }, 1);

const PREFIX = [...'age'].map((sign) => sign.charCodeAt(0));
const EXPANDED = [...PREFIX.map((code) => code >> 5), 0, ...PREFIX.map((code) => code & 31)];

/** True for an X25519 recipient of age, `age1…` (bech32, BIP 173), whose checksum holds: a slip of the pen would lock everybody out. */
export const isAgeRecipient = (text: string): boolean =>
  FORM.test(text) && polymod([...EXPANDED, ...[...text.slice('age1'.length)].map((sign) => ALPHABET.indexOf(sign))]) === 1;
