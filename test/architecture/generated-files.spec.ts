import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { generatedFiles } from '../../src/infrastructure/reference/generate.js';

describe('A generated file', () => {
  it.each(Object.entries(generatedFiles))('%s is what the code says now', async (path, content) => {
    expect(await readFile(path, 'utf8')).toBe(await content());
  });
});
