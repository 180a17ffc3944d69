import { EVERY_LINE } from '../../application/history/history.queries.js';
import { CopyReads, type CopiedLine, type CopiedProfile, type CopyReading } from '../../application/portability/copy-ports.js';
import type { ListDocuments } from '../../application/record/list-documents.js';
import type { DocumentEntry, DocumentPage } from '../../application/record/record.queries.js';
import type { Secrets } from '../../application/shared/ports.js';
import { sightOf, type Ask, type ReadModels } from '../../application/shared/subject-query.js';
import { rightsOf } from '../access/rights.js';
import { overviewOf } from '../enrolment/space-overview.js';
import { historyPage } from '../history/history-pages.js';
import { placesBehind } from '../history/line-places.js';
import { documentPage } from '../record/document-list.js';

const AT_ONCE = 100;
const EVERY_DOCUMENT = { category: null, typeCode: null, title: null, from: null, until: null, all: true };
const NO_PLACE = 'history/no-such-line';

/** What goes into a copy, from the read models, under the same row-level security as every other answer to the same reader. */
export class TableCopyReads extends CopyReads {
  constructor(
    private readonly tables: ReadModels,
    private readonly secrets: Secrets,
  ) {
    super();
  }

  profile(reading: CopyReading): Promise<CopiedProfile | null> {
    const { space, admission } = reading;
    return this.ask(reading, async (sql) => {
      const found = await overviewOf(sql, space);
      if (found === null) return null;
      const { revision: _ours, ...overview } = found;
      return { overview, rights: await rightsOf(sql, space, { admission, secrets: this.secrets, asOf: undefined }) };
    });
  }

  async *documents(reading: CopyReading): AsyncGenerator<DocumentEntry> {
    const { space, admission } = reading;
    for (let cursor: string | null = null; ;) {
      const asked: Pick<ListDocuments, 'space' | 'filter' | 'page'> = { space, filter: EVERY_DOCUMENT, page: { first: AT_ONCE, cursor } };
      const { documents, next }: DocumentPage = await this.ask(reading, (sql) => documentPage(sql, asked, admission));
      yield* documents;
      if (next === null) return;
      cursor = next;
    }
  }

  async *lines(reading: CopyReading): AsyncGenerator<CopiedLine> {
    // The cursor is the place behind which a page begins: the line of the wish is the first.
    for (let cursor: string | null = this.secrets.positionToken(reading.position + 1n); cursor !== null;) {
      const { lines, next } = await this.page(reading, cursor);
      yield* lines;
      cursor = next;
    }
  }

  private page(reading: CopyReading, cursor: string): Promise<{ readonly lines: readonly CopiedLine[]; readonly next: string | null }> {
    const { space, admission } = reading;
    return this.ask(reading, async (sql) => {
      const { lines, next } = await historyPage(sql, space, { first: AT_ONCE, cursor, filter: EVERY_LINE }, admission, this.secrets);
      const places = await placesBehind(sql, { space, cursor, most: AT_ONCE }, admission, this.secrets);
      return { lines: lines.map((line) => ({ line, place: places.get(line.id) ?? NO_PLACE })), next };
    });
  }

  private ask<R>({ space, actor, admission, position }: CopyReading, ask: Ask<R>): Promise<R> {
    return this.tables.ask(space, { after: this.secrets.positionToken(position) }, sightOf(actor, admission), ask);
  }
}
