import { useCallback, useEffect, useState } from 'react';
import { GoOn } from '../frame/cut.tsx';
import {
  RecordReportDocument,
  type ReportKind,
  ReportsOfDocument,
  type ReportsOfQuery,
  type StandingFragment,
} from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { type Page, useMore } from '../live/use-more.ts';
import { useLanguage } from '../words/language.tsx';
import { ActorChoice } from './actor-choice.tsx';
import { Field } from './field.tsx';
import { NewRecord } from './new-record.tsx';
import { Problems } from './refusal.ts';
import { useSession } from './session.tsx';
import { useDeed } from './use-deed.ts';
import type { Writing } from './writing.ts';

interface CarrierProps {
  readonly standing: StandingFragment;
  readonly writing: Writing;
  readonly write: (part: Partial<Writing>) => void;
  readonly problems: Problems;
}

/** The report that carries it: of an outlet that is looked up, one of those on record or a new one. */
export function Carrier({ standing, writing, write, problems }: CarrierProps) {
  const { words, dates } = useLanguage();
  const { may } = useSession();
  const outletId = writing.outlet?.id;
  const { more, reread } = useReports(outletId);
  const reports = more.nodes;
  const [isNew, setNew] = useState(false);
  const end = async () => {
    // What was recorded last stands first.
    const [newest] = await reread();
    if (newest) write({ report: newest.id });
    setNew(false);
  };
  return (
    <fieldset className="fields">
      <legend>{words.statement.carriedBy}</legend>
      <ActorChoice
        standing={standing}
        label={words.stream.outlet}
        kind="Organization"
        taken="NEWS_OUTLET"
        value={writing.outlet}
        problem={undefined}
        choose={(outlet) => {
          setNew(false);
          write({ outlet, report: '' });
        }}
      />
      <Field label={words.desk.report} problem={problems.at('appearances')}>
        {(field) => (
          <select {...field} value={writing.report} onChange={({ target }) => write({ report: target.value })}>
            <option value="">–</option>
            {writing.report !== '' && !reports.some(({ id }) => id === writing.report) && (
              <option value={writing.report}>{words.desk.theSameReport}</option>
            )}
            {reports.map(({ id, headline, published }) => (
              <option key={id} value={id}>
                {headline ?? words.enums.report.ARTICLE} {published ? dates.partial(published) : ''}
              </option>
            ))}
          </select>
        )}
      </Field>
      <GoOn more={more} label={words.desk.moreReports} />
      <Field label={words.statement.words}>
        {(field) => (
          <input
            {...field}
            dir="auto"
            value={writing.exact}
            onChange={({ target }) => write({ exact: target.value })}
          />
        )}
      </Field>
      {outletId !== undefined && !isNew && may('EDITOR', standing.slug) && (
        <button type="button" className="quiet new-report-open" onClick={() => setNew(true)}>
          + {words.desk.newReport}
        </button>
      )}
      {outletId !== undefined && isNew && (
        <NewReport {...{ standing, outletId }} day={writing.day} end={() => void end()} cancel={() => setNew(false)} />
      )}
    </fieldset>
  );
}

type Report = Extract<NonNullable<ReportsOfQuery['node']>, { reports: unknown }>['reports']['nodes'][number];

const NONE: Page<Report> = { nodes: [], pageInfo: { endCursor: null, hasNextPage: false } };

/** The reports of an outlet, the one recorded last first. */
function useReports(outletId: string | undefined) {
  const record = useRecord();
  const [first, setFirst] = useState(NONE);
  const read = useCallback(
    async (after: string | null = null): Promise<Page<Report>> => {
      if (outletId === undefined) return NONE;
      const { node } = await record.ask(ReportsOfDocument, { outletId, after });
      return node && 'reports' in node ? node.reports : NONE;
    },
    [record, outletId],
  );
  const more = useMore(first, ({ id }) => id, read);
  useEffect(() => {
    setFirst(NONE);
    let isLeft = false;
    read().then(
      (found) => {
        if (!isLeft) setFirst(found);
      },
      () => {},
    );
    return () => {
      isLeft = true;
    };
  }, [read]);
  const reread = async () => {
    const found = await read();
    setFirst(found);
    return found.nodes;
  };
  return { more, reread };
}

interface NewReportProps {
  readonly standing: StandingFragment;
  readonly outletId: string;
  /** The day that the statement was said on, as it was mostly published then. */
  readonly day: string;
  readonly end: () => void;
  readonly cancel: () => void;
}

const SHOWN = ['outletId', 'kind', 'headline', 'url', 'published'];

/** The publication of an outlet, recorded from within the statement that it carries. */
function NewReport({ standing, outletId, day, end, cancel }: NewReportProps) {
  const { words } = useLanguage();
  const { run, insist, isBusy, refused } = useDeed();
  const [kind, setKind] = useState<ReportKind>('ARTICLE');
  const [headline, setHeadline] = useState('');
  const [url, setUrl] = useState('');
  const [published, setPublished] = useState(day);
  const problems = refused?.fields ?? new Problems();
  const record = () => {
    const input = {
      outletId,
      kind,
      // What carries restricted talks is kept to them too.
      ...(standing.access === 'RESTRICTED' && { negotiationId: standing.id }),
      ...(headline.trim() !== '' && { headline: headline.trim() }),
      ...(url.trim() !== '' && { url: url.trim() }),
      ...(published !== '' && {
        published: { from: `${published}T00:00:00.000Z`, precision: 'DAY' as const, basis: 'STATED' as const },
      }),
    };
    void run(RecordReportDocument, { input }, end);
  };
  return (
    <NewRecord
      title={words.desk.newReport}
      act={words.desk.recordReport}
      {...{ isBusy, refused, record, cancel }}
      shown={SHOWN}
      insist={() => void insist()}
    >
      <Field label={words.desk.form} problem={problems.at('kind') ?? problems.at('outletId')}>
        {(field) => (
          <select {...field} value={kind} onChange={({ target }) => setKind(target.value as ReportKind)}>
            {Object.entries(words.enums.report).map(([one, name]) => (
              <option key={one} value={one}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.desk.headline} problem={problems.at('headline')}>
        {(field) => (
          <input {...field} dir="auto" value={headline} onChange={({ target }) => setHeadline(target.value)} />
        )}
      </Field>
      <Field label={words.desk.url} problem={problems.at('url')}>
        {(field) => (
          <input {...field} type="url" dir="ltr" value={url} onChange={({ target }) => setUrl(target.value)} />
        )}
      </Field>
      <Field label={words.desk.publishedOn} problem={problems.at('published')}>
        {(field) => (
          <input {...field} type="date" value={published} onChange={({ target }) => setPublished(target.value)} />
        )}
      </Field>
    </NewRecord>
  );
}
