import { useEffect, useRef, useState } from 'react';
import {
  type OrganizationKind,
  RecordOrganizationDocument,
  RecordPersonDocument,
  type StandingFragment,
} from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { Field } from './field.tsx';
import { NewRecord } from './new-record.tsx';
import { Problems } from './refusal.ts';
import { useDeed } from './use-deed.ts';
import type { Chosen } from './writing.ts';

interface NewActorProps {
  readonly standing: StandingFragment;
  readonly kind: 'Person' | 'Organization';
  /** What an organization is taken for until the writer says otherwise. */
  readonly taken: OrganizationKind;
  /** As it was typed where nobody of that name was found. */
  readonly called: string;
  readonly done: (actor: Chosen) => void;
  readonly cancel: () => void;
}

const SHOWN = ['name', 'kind', 'description'];

/** A person or an organization that the record does not know yet, recorded where it is first named. */
export function NewActor({ standing, kind, taken, called, done, cancel }: NewActorProps) {
  const { desk, enums } = useWords();
  const { run, insist, isBusy, refused } = useDeed();
  const [name, setName] = useState(called);
  const [description, setDescription] = useState('');
  const [organizationKind, setOrganizationKind] = useState(taken);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const problems = refused?.fields ?? new Problems();
  const isPerson = kind === 'Person';
  const record = () => {
    const input = {
      name: name.trim(),
      ...(description.trim() !== '' && { description: description.trim() }),
      // Whoever is named in restricted talks is kept to them too.
      ...(standing.access === 'RESTRICTED' && { negotiationId: standing.id }),
    };
    if (isPerson) void run(RecordPersonDocument, { input }, (of) => 'person' in of && done(of.person));
    else {
      const organization = { ...input, kind: organizationKind };
      void run(
        RecordOrganizationDocument,
        { input: organization },
        (of) => 'organization' in of && done(of.organization),
      );
    }
  };
  return (
    <NewRecord
      title={isPerson ? desk.newPerson : desk.newOrganization}
      act={desk.record}
      {...{ isBusy, refused, record, cancel }}
      shown={SHOWN}
      insist={() => void insist()}
    >
      <Field label={desk.name} problem={problems.at('name')}>
        {(field) => (
          <input {...field} ref={first} dir="auto" value={name} onChange={({ target }) => setName(target.value)} />
        )}
      </Field>
      {!isPerson && (
        <Field label={desk.whatItIs} problem={problems.at('kind')}>
          {(field) => (
            <select
              {...field}
              value={organizationKind}
              onChange={({ target }) => setOrganizationKind(target.value as OrganizationKind)}
            >
              {Object.entries(enums.organization).map(([one, name]) => (
                <option key={one} value={one}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label={desk.inASentence} problem={problems.at('description')}>
        {(field) => (
          <input {...field} dir="auto" value={description} onChange={({ target }) => setDescription(target.value)} />
        )}
      </Field>
      {standing.access === 'PUBLIC' && <p className="faint">{desk.publicAtOnce}</p>}
    </NewRecord>
  );
}
