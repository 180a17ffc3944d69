import type { Dropped, NoticeIssued } from '../../src/application/notices/notice-feed.js';
import { BoundedTap, LONGEST_QUEUE } from '../../src/infrastructure/api/notices/bounded-tap.js';
import { DAY_0 } from '../personas/index.js';

const issued = (notice: string): NoticeIssued => ({
  type: 'NoticeIssued',
  v: 1,
  notice,
  kind: 'ACCESS',
  on: DAY_0,
  hiddenFrom: [],
  mandatory: false,
  about: { stream: 'passage', rev: 1 },
});

describe('A reader of live notices', () => {
  let told: (Dropped | 'GONE')[];
  let tap: BoundedTap;
  beforeEach(() => {
    told = [];
    tap = new BoundedTap(
      (why) => told.push(why),
      () => told.push('GONE'),
    );
  });

  it('gets them in order, those that came while he was busy and those he waited for', async () => {
    tap.push(issued('n1'));
    tap.push(issued('n2'));
    expect([(await tap.next())?.notice, (await tap.next())?.notice]).toEqual(['n1', 'n2']);
    const waiting = tap.next();
    tap.push(issued('n3'));
    expect((await waiting)?.notice).toBe('n3');
  });

  it('who does not keep up is let go at once, and gets nothing more', async () => {
    for (let n = 0; n < LONGEST_QUEUE; n++) tap.push(issued(`n${n}`));
    expect(told).toEqual([]);
    tap.push(issued('one too many'));
    tap.push(issued('another'));
    expect(told).toEqual(['GONE', 'TOO_SLOW']);
    expect(await tap.next()).toBeNull();
  });

  it('who goes away while he waits waits no longer', async () => {
    const waiting = tap.next();
    tap.close();
    tap.close();
    expect(await waiting).toBeNull();
    expect(told).toEqual(['GONE']);
  });
});
