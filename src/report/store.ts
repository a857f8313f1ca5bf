import { Prisma } from '../database/connect.ts';
import type { ReportModel } from '../database/generated/models.ts';
import { columns, table } from '../ledger/columns.ts';
import { type List, sql } from '../ledger/page.ts';
import { byId } from '../ledger/versions.ts';

export const reportById = byId<ReportModel>(table('report', Prisma.ReportScalarFieldEnum));

/** Whose name stands on a report, and as what; kept in the order of the byline. */
export interface Byline {
  readonly name: string;
  readonly personId: string | null;
  readonly credit: 'AUTHOR' | 'CONTRIBUTOR' | 'PRESENTER' | 'EDITOR';
}

/** What an outlet published, the one recorded last first. */
export function reportsOf(): List<ReportModel> {
  return {
    name: 'reports',
    table: 'report',
    columns: columns(Prisma.ReportScalarFieldEnum),
    parent: 'outlet_id',
    order: [['firstPosition', 'bigint']],
    direction: 'DESC',
    where: sql`true`,
    narrowing: null,
  };
}
