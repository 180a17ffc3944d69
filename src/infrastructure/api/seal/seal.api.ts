import { Controller, Get, Header, Req, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { SealedTree } from '../../seal/sealed-tree.js';
import { PublishedHeads } from '../../seal/witness/published-heads.js';
import { HASH_BYTES } from '../../seal/tree/hash.js';
import { parseTilePath, widthOf } from '../../seal/tree/tile.js';
import { PREFIX } from '../answers.js';
import { ForEverybody } from '../caller.js';
import { DoorRefusal } from '../problem.js';

const TILES = `/${PREFIX}/seal/tile/`;
const nothing = (): DoorRefusal => new DoorRefusal({ kind: 'not-found', code: 'seal/nothing-here' });

/** The sealed log for those who watch it, as files (C2SP tlog-tiles). Hashes only: what was sealed is served nowhere. */
@ApiTags('Sealed log')
@Controller('seal')
export class SealController {
  constructor(
    private readonly tree: SealedTree,
    private readonly heads: PublishedHeads,
  ) {}

  @Get('checkpoint')
  @ForEverybody()
  @ApiOperation({
    summary: 'The newest published head of the sealed log (C2SP tlog-checkpoint), with the cosignatures of its witnesses; for everybody',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'public, max-age=1')
  async checkpoint(): Promise<string> {
    const published = await this.heads.published();
    if (published === null) throw nothing();
    return published.note;
  }

  @Get('tile/*')
  @ApiOperation({
    summary: 'Hashes of the sealed log (C2SP tlog-tiles): level and number, with the width of a partial tile, such as 0/x001/234.p/112',
  })
  @ApiParam({ name: 'path', example: '0/000.p/112' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Header('cache-control', 'private, max-age=31536000, immutable')
  async tile(@Req() { url }: FastifyRequest): Promise<StreamableFile> {
    const name = parseTilePath((url.split('?')[0] ?? '').slice(TILES.length));
    const tile = name && (await this.tree.find(name.level, name.index));
    if (name === null || tile === null || widthOf(tile) < name.width) throw nothing();
    return new StreamableFile(tile.subarray(0, name.width * HASH_BYTES), { type: 'application/octet-stream' });
  }
}
