import { foundIn } from './canary.js';

describe('Looking for what must not lie there', () => {
  it.each(['"2A998"', 'born in 2a998', '75999,2A998,1985', '2A998'])('finds a few digits on their own in %s', (text) => {
    expect(foundIn(text, { place: '2A998' })).not.toEqual([]);
  });
  it('does not take the end of a longer number in hexadecimal for them', () => {
    expect(foundIn('c2a4353c-831d-4390-bdd9-6d676d52a998', { place: '2A998' })).toEqual([]);
  });
  it('finds a name anywhere, also within other words', () => {
    expect(foundIn('xxMARTINESSAIxx', { name: 'Martinessai' })).toEqual(['name as MARTINESSAI']);
  });
});
