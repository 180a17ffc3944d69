/** The bytes of a text of base64 (RFC 4648 section 4) in its only canonical form; null for any other text, so that no two texts say the same. */
export const bytesOf = (text: string): Buffer | null => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
};
