import pg from 'pg';
import { expect } from 'vitest';
import { issuedBy } from './sql.ts';
import type { World } from './world.ts';

/** A node of a plan that PostgreSQL explained, and what it came to when it ran. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  /** Pages that it and what is below it looked at. */
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * What a piece of work asks of a server, planned with the settings of the connection that each statement went over, and
 * run once more: each as its nodes.
 */
export async function plansOf(world: World, work: () => Promise<{ errors?: unknown }>): Promise<PlanNode[][]> {
  const issued = await issuedBy(async () => expect((await work()).errors).toBeUndefined());
  const plans: PlanNode[][] = [];
  for (const { text, values, options } of issued.filter(({ text }) => /^\s*(SELECT|WITH)/i.test(text))) {
    const client = new pg.Client({ ...world.database.server, options });
    await client.connect();
    try {
      await client.query(`PREPARE asked AS ${text}`);
      const literals = values.length === 0 ? '' : `(${values.map(literal).join()})`;
      const { rows } = await client.query(
        `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE asked${literals}`,
      );
      plans.push(nodesOf(rows[0]['QUERY PLAN'][0].Plan));
    } finally {
      await client.end();
    }
  }
  return plans;
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((one) => JSON.stringify(String(one))).join()}}`);
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
