import { randomUUID } from 'node:crypto';
import { badRequest, invalidPosition, identifierOf, nameOf, streamDeleted, streams, unexpectedPosition, uuidOf } from './protocol.mjs';

const { ReadResp, ReadReq } = streams;
const DEFAULT_WINDOW = 32;
/** A subscriber who is further behind than this has fallen out of the live ones, and catches up once more. */
const LIVE_BUFFER = 32;
/** The server keeps these for itself, also from whoever reads everything: its epochs, and how far persistent subscriptions to everything are. */
const HIDDEN = /^\$epoch-information$|^\$persistentsubscription-\$all::.*-(checkpoint|parked)$/;
/** The type of an event that stands for another one, which its data name: `<number>@<stream>`. */
const LINK = '$>';

function recordedOf({ id, stream, rev, position, type, contentType, created, data, metadata }) {
  const recorded = new ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuidOf(id));
  recorded.setStreamIdentifier(identifierOf(stream));
  recorded.setStreamRevision(String(rev));
  recorded.setCommitPosition(String(position));
  recorded.setPreparePosition(String(position));
  const map = recorded.getMetadataMap();
  map.set('type', type);
  map.set('content-type', contentType);
  map.set('created', String(created));
  recorded.setData(Uint8Array.from(data));
  recorded.setCustomMetadata(Uint8Array.from(metadata));
  return recorded;
}

const said = (set) => {
  const response = new ReadResp();
  set(response);
  return response;
};
/** `linked`: the event that a link stands for, where links are followed; undefined where that one is gone. */
const eventOf = (record, isFollowed, linked) =>
  said((response) => {
    const event = new ReadResp.ReadEvent();
    if (isFollowed) event.setLink(recordedOf(record));
    const shown = isFollowed ? linked : record;
    if (shown !== undefined) event.setEvent(recordedOf(shown));
    event.setCommitPosition(String(record.position));
    response.setEvent(event);
  });
const notFound = (name) =>
  said((response) => {
    const missing = new ReadResp.StreamNotFound();
    missing.setStreamIdentifier(identifierOf(name));
    response.setStreamNotFound(missing);
  });
const confirmation = () =>
  said((response) => {
    const confirmed = new ReadResp.SubscriptionConfirmation();
    confirmed.setSubscriptionId(randomUUID());
    response.setConfirmation(confirmed);
  });
const caughtUp = () => said((response) => response.setCaughtUp(new ReadResp.CaughtUp()));
const checkpointAt = (position) =>
  said((response) => {
    const checkpoint = new ReadResp.Checkpoint();
    checkpoint.setCommitPosition(String(position));
    checkpoint.setPreparePosition(String(position));
    response.setCheckpoint(checkpoint);
  });

/** What a caller asked for, out of the generated form. */
export function askedOf(request) {
  const options = request.getOptions();
  const all = options.hasAll();
  const place = all ? options.getAll() : options.getStream();
  const from = place.hasStart()
    ? 'start'
    : place.hasEnd()
      ? 'end'
      : all
        ? BigInt(place.getPosition().getCommitPosition())
        : BigInt(place.getRevision());
  return {
    stream: all ? null : nameOf(place.getStreamIdentifier()),
    from,
    backwards: options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS,
    subscription: options.hasSubscription(),
    followsLinks: options.getResolveLinks(),
    count: Number(options.getCount()),
    filter: options.hasFilter() ? filterOf(options.getFilter()) : null,
  };
}

/** The regular expression counts only when it is not empty, the prefixes otherwise. */
function filterOf(filter) {
  const onType = filter.hasEventType();
  const expression = onType ? filter.getEventType() : filter.getStreamIdentifier();
  const regex = expression.getRegex() === '' ? null : new RegExp(expression.getRegex());
  const prefixes = expression.getPrefixList();
  const window = filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW;
  if (filter.getCheckpointintervalmultiplier() === 0) throw badRequest("'0' is not a valid checkpoint interval multiplier");
  return {
    matches: ({ type, stream }) => {
      const text = onType ? type : stream;
      return regex === null ? prefixes.some((prefix) => text.startsWith(prefix)) : regex.test(text);
    },
    window,
    interval: window * filter.getCheckpointintervalmultiplier(),
  };
}

/** Answers every kind of reading. `attacks.beforeEvent` may hold an answer back. */
export class Reading {
  constructor(store, attacks) {
    this.store = store;
    this.log = store.log;
    this.attacks = attacks;
  }

  async answer(call, asked) {
    const send = sender(call);
    if (asked.subscription) return this.#subscribe(call, asked, send);
    const found = asked.stream === null ? this.#ofAll(asked) : this.#ofStream(asked);
    if (found === null) return send(notFound(asked.stream));
    let sent = 0;
    for (const record of found) {
      if (call.cancelled) return;
      await this.attacks.beforeEvent(sent);
      await send(this.shown(record, asked));
      sent += 1;
    }
  }

  #ofStream({ stream, from, backwards, count }) {
    const records = this.store.read(stream);
    if (records === null) return null;
    const wanted = backwards
      ? records.filter(({ rev }) => from === 'end' || (from === 'start' ? rev === 0n : rev <= from)).reverse()
      : records.filter(({ rev }) => from === 'start' || (from !== 'end' && rev >= from));
    return wanted.slice(0, count);
  }

  /** The place asked for is the first one read. The client sends no filter here. */
  #ofAll({ from, backwards, count }) {
    const end = this.log.committed;
    const place = from === 'start' ? 0 : from === 'end' ? end : this.#seqAt(from, unexpectedPosition);
    const found = [];
    const step = backwards ? -1 : 1;
    for (let seq = backwards ? Math.min(place, end - 1) : place; seq >= 0 && seq < end && found.length < count; seq += step)
      if (this.#shown(this.log.all[seq])) found.push(this.log.all[seq]);
    return found;
  }

  /** The answer that shows this record. */
  shown(record, { followsLinks }) {
    if (!followsLinks || record.type !== LINK) return eventOf(record, false);
    const [rev, ...stream] = record.data.toString('utf8').split('@');
    return eventOf(record, true, this.store.one(stream.join('@'), BigInt(rev)));
  }

  #shown({ stream, gone }) {
    return !gone && !HIDDEN.test(stream);
  }

  /** Number of the record at exactly this place; one beyond the end is the end. Throws `refusal` where none begins. */
  #seqAt(position, refusal) {
    const { all, end } = this.log;
    if (position >= end) return all.length;
    let [low, high] = [0, all.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].position < position) low = middle + 1;
      else high = middle;
    }
    if (all[low].position !== position) throw refusal();
    return low;
  }

  #subscribe(call, asked, send) {
    const { stream, from } = asked;
    if (stream !== null && this.store.isTombstoned(stream)) throw streamDeleted(stream);
    const end = this.log.committed;
    // The place given is the last one that was handled.
    const after = from === 'start' ? 0 : from === 'end' ? end : stream === null ? Math.min(this.#seqAt(from, invalidPosition) + 1, end) : 0;
    return new Subscriber(this, call, asked, send).run(after);
  }

  /** Whether a subscriber to this is to see the record. */
  concerns({ stream, from, filter }, record) {
    if (stream === null) return this.#shown(record) && (filter === null || filter.matches(record));
    return record.stream === stream && (typeof from !== 'bigint' || record.rev > from);
  }
}

/** One subscriber: confirmation, what lies behind his checkpoint, "caught up", then what comes. */
class Subscriber {
  considered = 0;
  checkpoint = -1n;
  live = false;

  constructor(reading, call, asked, send) {
    Object.assign(this, { reading, call, asked, send });
    // While it catches up it names no later place than what it sent last, or the beginning of the page that it looked at last.
    this.place = typeof asked.from === 'bigint' ? asked.from : 0n;
  }

  async run(after) {
    const { log } = this.reading;
    let seq = after;
    await this.send(confirmation());
    while (!this.call.cancelled) {
      if (this.live && log.committed - seq > LIVE_BUFFER) this.live = false;
      while (seq < log.committed && !this.call.cancelled) await this.#consider(log.all[seq++]);
      if (!this.live) {
        if (seq > after) await this.#checkpoint();
        await this.send(caughtUp());
        this.live = true;
      }
      if (seq >= log.committed) await somethingHappens(log, this.call);
    }
  }

  async #consider(record) {
    const { reading, asked } = this;
    if (record.stream === asked.stream && record.type === '$streamDeleted') throw streamDeleted(asked.stream);
    const isSent = reading.concerns(asked, record);
    if (isSent) {
      await reading.attacks.beforeEvent(this.considered);
      await this.send(reading.shown(record, asked));
    }
    const beginsPage = this.considered > 0 && this.considered % asked.filter?.window === 0;
    if (isSent || beginsPage || this.live) this.place = record.position;
    this.considered += 1;
    if (this.considered % asked.filter?.interval === 0) await this.#checkpoint();
  }

  /** Never the same twice, never an older one. */
  async #checkpoint() {
    if (this.asked.filter === null || this.place <= this.checkpoint) return;
    this.checkpoint = this.place;
    await this.send(checkpointAt(this.place));
  }
}

const somethingHappens = (log, call) =>
  new Promise((resolve) => {
    const done = () => {
      log.off('committed', done);
      call.off('cancelled', done);
      resolve();
    };
    log.once('committed', done);
    call.once('cancelled', done);
  });

/** Waits while the reader does not keep up. */
const sender = (call) => async (response) => {
  if (call.cancelled || call.write(response)) return;
  await new Promise((resolve) => {
    const done = () => {
      call.off('drain', done);
      call.off('cancelled', done);
      resolve();
    };
    call.once('drain', done);
    call.once('cancelled', done);
  });
};
