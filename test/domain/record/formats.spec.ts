import { batchLimits, formatOf, limitsOf } from '../../../src/domain/record/formats.js';

describe('A24: sizes and types by depositor', () => {
  it.each([
    ['HOLDER', 5_000_000],
    ['REPRESENTATIVE', 5_000_000],
    ['PROFESSIONAL', 10_000_000],
    ['FACILITY', 10_000_000],
    ['INSURER', 10_000_000],
  ] as const)('%s: %d bytes', (depositor, maxSize) => expect(limitsOf[depositor].maxSize).toBe(maxSize));

  it('structured documents come from software, pictures of the holder may be PNG', () => {
    expect(limitsOf.HOLDER.types).toEqual(expect.arrayContaining(['image/png', 'application/pdf']));
    expect(limitsOf.HOLDER.types).not.toContain('text/xml');
    expect(limitsOf.PROFESSIONAL.types).toContain('text/xml');
    expect(limitsOf.PROFESSIONAL.types).not.toContain('image/png');
  });

  it('together: 20 documents, 25 MB', () => expect(batchLimits).toEqual({ documents: 20, bytes: 25_000_000 }));

  it('every type but structured ones has exactly one format', () => {
    const types = [...new Set(Object.values(limitsOf).flatMap((limits) => limits.types))];
    expect(types.filter((type) => formatOf(type) === null)).toEqual(['text/xml']);
    expect(formatOf('application/pdf')).toBe('urn:ihe:iti:xds-sd:pdf:2008');
    expect(formatOf('toString')).toBeNull();
  });
});
