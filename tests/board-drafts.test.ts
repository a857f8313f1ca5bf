import { expect, it } from 'vitest';
import { deskOf, said } from './support/board-desk.ts';
import { describeInBrowser, picture, useBrowser } from './support/browser.ts';

describeInBrowser('what waits at the desk to be published', () => {
  const browsing = useBrowser();
  const { signIn, draft } = deskOf(browsing);

  /** Drafts a statement through the API, as a reporter elsewhere does. */
  async function drafted(text: string, more: object = {}): Promise<{ id: string; revision: number }> {
    const content = said(text, more);
    const { draftStatement } = await asReporter(
      `mutation Draft($content: StatementInput!) {
        draftStatement(input: { negotiationId: "dockers-2026", content: $content }) {
          ... on DraftStatementPayload { draft { id revision } } ... on Error { message } } }`,
      { content },
    );
    expect(draftStatement.draft).toBeDefined();
    return draftStatement.draft;
  }

  async function asReporter(document: string, variables: object): Promise<any> {
    const { data, errors } = await browsing.world.as(await browsing.world.key('REPORTER'), document, variables);
    expect(errors).toBeUndefined();
    return data;
  }

  it('shows an editor all that a reader will: on what terms, whose words, what it does, stances with notes, its way', async () => {
    const { negotiation } = await asReporter(
      `{ negotiation(slug: "dockers-2026") {
        participations { nodes { actor { id name } } } terms { nodes { id title } } } }`,
      {},
    );
    const partyId = negotiation.participations.nodes.find(({ actor }: any) => actor.name.startsWith('Union')).actor.id;
    const termId = negotiation.terms.nodes.find(({ title }: any) => title === 'Unmanned cranes').id;
    const { searchActors } = await asReporter(
      '{ searchActors(name: "Strait Wire") { nodes { ... on Organization { id } } } }',
      {},
    );
    await drafted('“No crane without a crew.”', {
      quotationType: 'DIRECT',
      language: 'fr',
      attributionLevel: 'DEEP_BACKGROUND',
      attributionInferred: true,
      speechActs: ['REJECT', 'THREATEN'],
      stances: [{ partyId, termId, kind: 'REJECTS', note: 'unless every crane keeps its crew' }],
      relays: [
        { kind: 'HOLDER', descriptor: 'a foreman' },
        // By the caller’s own id for it, and by the record’s.
        { kind: 'RELAYED_BY', actorId: 'conciliation-board' },
        { kind: 'REPUBLISHED_BY', actorId: searchActors.nodes[0].id },
      ],
    });
    const editor = await signIn('EDITOR');
    const waiting = draft(editor, 'without a crew');
    await waiting.getByText('Strait Wire').waitFor();
    await picture(editor, 'desk-draft');
    const shown = String(await waiting.textContent());
    expect(shown).toMatch(/On deep background.*inferred by the desk/);
    expect(shown).toMatch(/Quoted.*rejects.*threatens/);
    expect(shown).toMatch(/known to a foreman.*relayed by conciliation-board.*republished by Strait Wire/);
    const stance = waiting.locator('.stances li');
    expect(await stance.textContent()).toBe(
      'Union of Port Callune Dockers rejects Unmanned cranes: unless every crane keeps its crew',
    );
    expect(await waiting.locator('.prose q').textContent()).toBe('No crane without a crew.');
    expect(await waiting.locator('.prose').getAttribute('lang')).toBe('fr');
  });

  it('shows an editor where it was carried, and all else that it says, however long', async () => {
    const { negotiation } = await asReporter(
      `{ negotiation(slug: "dockers-2026") {
        events { nodes { id title } } outcomes { nodes { id question } } channels { nodes { id title } }
        statements(first: 1) { nodes { id text appearances { report { id headline outlet { id name } } } } } } }`,
      {},
    );
    const [[event], [outcome], [channel]] = [negotiation.events, negotiation.outcomes, negotiation.channels].map(
      ({ nodes }) => nodes,
    );
    const [statement] = negotiation.statements.nodes;
    const [{ report }] = statement.appearances;
    const { heldGroup } = await browsing.world.write(
      'recordHeldGroup',
      { negotiationId: 'dockers-2026', descriptor: 'pickets in the cells', heldById: 'harbour-employers' },
      'heldGroup { id }',
    );
    await drafted(`${'A long account. '.repeat(70)}And so it ended.`, {
      said: { from: '2026-03-22T00:00:00Z', precision: 'DAY', basis: 'STATED', phrase: 'on Sunday' },
      appearances: [
        { reportId: report.id, exact: 'It was over by dusk', prefix: 'he said: ', medium: 'Harbour Radio' },
        { reportId: 'courier-03-02', republishedFromId: report.id },
      ],
      impacts: [{ eventId: event.id, effect: 'HINDERS', note: 'nobody would sign on that day' }],
      estimates: [
        {
          outcomeId: outcome.id,
          words: 'two in three',
          scheme: 'ODDS',
          low: 66,
          high: 67,
          confidence: 'HIGH',
          holder: 'a clerk',
        },
      ],
      countClaims: [{ heldGroupId: heldGroup.id, low: 12, high: 14, words: 'a dozen or so' }],
      transitClaims: [{ channelId: channel.id, leg: 2, words: 'half a day', lowSeconds: 36_000, highSeconds: 43_200 }],
      translations: [{ language: 'fr', text: 'Et ce fut fini.', by: 'OUTLET', translator: 'R. Aubin' }],
      relations: [{ kind: 'CONTRADICTS', toId: statement.id }],
      aboutIds: [event.id],
      reliability: 'B',
      credibility: 3,
    });
    const editor = await signIn('EDITOR');
    const waiting = draft(editor, 'A long account');
    await waiting.getByText(event.title).first().waitFor();
    await picture(editor, 'desk-draft-whole');
    const shown = String(await waiting.textContent());
    for (const part of [
      'And so it ended.',
      '“on Sunday” as reported',
      'Harbour Radio',
      report.headline,
      'he said: It was over by dusk',
      'courier-03-02',
      `taken from ⁨${report.outlet.name}⁩`,
      `${event.title} hinders the talks: nobody would sign on that day`,
      `${outcome.question} two in three 66–67%`,
      'high confidence · Estimate by: a clerk',
      'pickets in the cells 12–14 a dozen or so',
      `${channel.title} half a day leg 2 · 10 h`,
      'Et ce fut fini.by the outlet (R. Aubin)',
      `contradicts ${statement.text}`,
      'source Binformation 3',
    ]) {
      expect(shown).toContain(part);
    }
    expect(await waiting.locator('.about').textContent()).toBe(event.title);
    expect(await waiting.getByText('Et ce fut fini.').getAttribute('lang')).toBe('fr');
  });

  it('asks before a draft is discarded, and before what is written is thrown away, by keyboard too', async () => {
    await drafted('Not to be lost by a slip.');
    const editor = await signIn('EDITOR');
    const waiting = draft(editor, 'by a slip');
    const discard = waiting.getByRole('button', { name: 'Discard' });
    const question = waiting.getByRole('group', { name: 'Discard this draft?' });
    await discard.press('Enter');
    await question.waitFor();
    await picture(editor, 'desk-discard');
    // A second Enter is the way back, to where it was asked.
    await editor.keyboard.press('Enter');
    await question.waitFor({ state: 'detached' });
    expect(await discard.evaluate((element) => element === document.activeElement)).toBe(true);
    await editor.keyboard.press('Enter');
    await question.waitFor();
    await editor.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    await discard.click();
    await question.waitFor();
    await editor.keyboard.press('Shift+Tab');
    await editor.keyboard.press('Enter');
    await waiting.waitFor({ state: 'detached' });

    await editor.keyboard.press('n');
    const form = editor.locator('.writing');
    const giveUp = form.getByRole('button', { name: 'Throw away' }).first();
    await giveUp.click();
    await form.waitFor({ state: 'detached' });
    await editor.keyboard.press('n');
    await form.locator('textarea').fill('Half a statement');
    await giveUp.press('Enter');
    const sure = form.getByRole('group', { name: 'Throw away what is written here?' });
    await sure.waitFor();
    await editor.keyboard.press('Escape');
    await sure.waitFor({ state: 'detached' });
    expect(await form.locator('textarea').inputValue()).toBe('Half a statement');
    expect(await giveUp.evaluate((element) => element === document.activeElement)).toBe(true);
    await editor.keyboard.press('Enter');
    await sure.getByRole('button', { name: 'Throw away' }).click();
    await form.waitFor({ state: 'detached' });
  });

  it('keeps what is half typed in a comment until it is sent, or cancelled', async () => {
    await drafted('Something to talk about.');
    const editor = await signIn('EDITOR');
    const waiting = draft(editor, 'to talk about');
    const comment = waiting.getByRole('button', { name: 'Comment' });
    const field = waiting.getByRole('textbox', { name: 'Comment' });
    await comment.click();
    await editor.keyboard.type('Half a');
    await editor.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    await editor.reload();
    await comment.click();
    expect(await field.inputValue()).toBe('Half a');
    await field.press('End');
    await editor.keyboard.type(' thought');
    await editor.keyboard.press('Enter');
    await waiting.getByText('Half a thought').waitFor();
    await comment.click();
    expect(await field.inputValue()).toBe('');
    await editor.keyboard.type('Better not');
    await waiting.getByRole('button', { name: 'Cancel' }).click();
    await comment.click();
    expect(await field.inputValue()).toBe('');
  });

  it('shows what was said of a draft last, and that more was said before', async () => {
    const { id: draftId } = await drafted('Much talked about.');
    const comment = 'mutation Say($input: CommentOnDraftInput!) { commentOnDraft(input: $input) { __typename } }';
    for (let n = 1; n <= 23; n++) await asReporter(comment, { input: { draftId, text: `Remark ${n}` } });
    const editor = await signIn('EDITOR');
    const waiting = draft(editor, 'Much talked about');
    const remarks = waiting.locator('.comments li > bdi');
    await waiting.getByText('Remark 23').waitFor();
    expect(await remarks.allTextContents()).toEqual(Array.from({ length: 20 }, (_, n) => `Remark ${n + 4}`));
    await waiting.getByText('Only the last 20 comments are shown; there are earlier ones.').waitFor();
    await waiting.getByRole('button', { name: 'Comment' }).click();
    await editor.keyboard.type('And one more');
    await editor.keyboard.press('Enter');
    await remarks.getByText('And one more').waitFor();
    expect((await remarks.allTextContents()).slice(-2)).toEqual(['Remark 23', 'And one more']);
  });

  it('says at the field that the end of an embargo is past', async () => {
    await drafted('For yesterday.');
    const editor = await signIn('EDITOR');
    const waiting = draft(editor, 'For yesterday');
    await waiting.getByRole('button', { name: 'Embargo' }).click();
    const until = waiting.getByLabel('Released at');
    await until.fill('2020-01-01T10:00');
    await editor.keyboard.press('Enter');
    await waiting.locator('.problem').getByText('is not in the future').waitFor();
    expect(await until.getAttribute('aria-invalid')).toBe('true');
    expect(await waiting.getByRole('alert').textContent()).not.toContain('until');
    // Put off, it is no more to be seen.
    await until.press('Escape');
    await waiting.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('shows what somebody else saved meanwhile, and keeps what is written over it when that is wanted', async () => {
    const { id: draftId, revision } = await drafted('As it was begun.');
    const reporter = await signIn('REPORTER');
    const form = reporter.locator('.writing');
    await draft(reporter, 'As it was begun').getByRole('button', { name: 'Edit' }).click();
    await form.locator('textarea').fill('As the reporter has it.');
    const edit = (text: string, revision: number) =>
      browsing.world.desk(`mutation Edit($input: EditDraftInput!) { editDraft(input: $input) { __typename } }`, {
        input: { draftId, revision, content: said(text) },
      });
    await edit('As the editor has it.', revision);
    await form.locator('textarea').press('Control+Enter');
    const now = form.getByRole('region', { name: 'What it says now' });
    await now.getByText('As the editor has it.').waitFor();
    await picture(reporter, 'desk-conflict');
    // Once more, while that was read: the list has it, and what is read stays.
    await edit('As the editor has it since.', revision + 1);
    await draft(reporter, 'has it since').waitFor();
    expect(await now.textContent()).not.toContain('since');
    await now.getByRole('button', { name: 'Keep mine instead' }).click();
    await now.getByText('As the editor has it since.').waitFor();
    expect(await form.locator('textarea').inputValue()).toBe('As the reporter has it.');
    await now.getByRole('button', { name: 'Keep mine instead' }).press('Enter');
    await form.waitFor({ state: 'detached' });
    await draft(reporter, 'As the reporter has it').waitFor();
    expect(await draft(reporter, 'has it since').count()).toBe(0);
  });

  it('keeps as a new draft what was written in one that is gone', async () => {
    const { id: draftId, revision } = await drafted('Soon to be gone.');
    const reporter = await signIn('REPORTER');
    const form = reporter.locator('.writing');
    await draft(reporter, 'Soon to be gone').getByRole('button', { name: 'Edit' }).click();
    await form.locator('textarea').fill('Worth keeping all the same.');
    await browsing.world.desk(
      `mutation Discard($input: DiscardDraftInput!) { discardDraft(input: $input) { __typename } }`,
      { input: { draftId, revision } },
    );
    await form.locator('textarea').press('Control+Enter');
    await form.getByRole('alert').getByText('This draft is gone').waitFor();
    await form.getByRole('button', { name: 'Keep mine as a new draft' }).press('Enter');
    await form.waitFor({ state: 'detached' });
    await draft(reporter, 'Worth keeping').waitFor();
  });
});
