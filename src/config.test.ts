import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('the settings', () => {
  it('have defaults that serve a newcomer on their own machine', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: 'localhost',
      dataDir: './data',
      databaseUrl: null,
      allowedOrigins: [],
    });
  });

  it('count as not set when they are empty', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: '' })).toMatchObject({ databaseUrl: null, port: 4000 });
  });

  it('list the allowed origins with commas between', () => {
    const { allowedOrigins } = readConfig({ ALLOWED_ORIGINS: 'https://news.example, http://localhost:3000' });
    expect(allowedOrigins).toEqual(['https://news.example', 'http://localhost:3000']);
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['DATABASE_URL', 'mysql://elsewhere'],
    ['DATABASE_POOL', '0'],
    ['LOG_LEVEL', 'loud'],
    ['ALLOWED_ORIGINS', 'news.example'],
    ['ALLOWED_ORIGINS', 'https://news.example/'],
    ['GRAPHIQL', 'maybe'],
    ['LOAD_SAMPLE', '1'],
    ['MAX_BODY_BYTES', '1'],
    ['METRICS_TOKEN', 'too-short'],
  ])('are refused in one sentence that names the setting and what it is when %s is “%s”', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(
      new RegExp(`^${name} .*\\(it is “${value.replace(/[/.]/g, '\\$&')}”\\)\\.$`),
    );
  });
});
