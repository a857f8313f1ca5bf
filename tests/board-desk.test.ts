import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { deskOf } from './support/board-desk.ts';
import { describeInBrowser, picture, useBrowser } from './support/browser.ts';

describeInBrowser('the desk at its board', () => {
  const browsing = useBrowser();
  const { signIn, write, draft } = deskOf(browsing);

  it('writes by keyboard alone, submits, returns with a reason, publishes, and readers see it', async () => {
    const [reporter, editor, reader] = [
      await signIn('REPORTER'),
      await signIn('EDITOR'),
      (await browsing.open('/negotiations/dockers-2026')).page,
    ];
    await write(reporter, 'The paper is “ready to sign”.');
    await draft(reporter, 'ready to sign').getByText('Hugh Pellandine').waitFor();
    await picture(reporter, 'desk');
    await draft(reporter, 'ready to sign').getByRole('button', { name: 'Submit' }).click();
    await draft(editor, 'ready to sign').getByText('Submitted').waitFor();
    await draft(editor, 'ready to sign').getByRole('button', { name: 'Return' }).click();
    await editor.keyboard.type('Which paper?');
    await editor.keyboard.press('Enter');
    await draft(reporter, 'Which paper?').waitFor();

    await draft(reporter, 'ready to sign').getByRole('button', { name: 'Edit' }).click();
    const words = reporter.locator('.writing textarea');
    await words.waitFor();
    expect(await reporter.getByRole('combobox', { name: 'Who' }).inputValue()).toBe('Hugh Pellandine');
    await words.fill('The Board’s paper is “ready to sign”.');
    await words.press('Control+Enter');
    await draft(editor, 'The Board’s paper').waitFor();
    await draft(editor, 'The Board’s paper').getByRole('button', { name: 'Publish' }).click();
    const published = reader.getByRole('article').filter({ hasText: 'The Board’s paper' }).first();
    await published.waitFor();
    expect(await published.textContent()).toMatch(/^Hugh Pellandine.*Chair.*Partly quoted/s);
    await draft(reporter, 'The Board’s paper').waitFor({ state: 'detached' });
  });

  it('puts a draft under embargo with a countdown, takes it out, and corrects what is published', async () => {
    const editor = await signIn('EDITOR');
    await write(editor, 'Signing is at noon.');
    await draft(editor, 'at noon').getByRole('button', { name: 'Embargo' }).click();
    await editor.getByLabel('Released at').fill('2099-01-01T10:00');
    await editor.keyboard.press('Enter');
    await draft(editor, 'at noon').getByRole('timer').waitFor();
    expect(await draft(editor, 'at noon').textContent()).toMatch(/Embargoed until 1 Jan 2099.*days/s);
    await draft(editor, 'at noon').getByRole('button', { name: 'Publish now' }).click();
    await draft(editor, 'at noon').waitFor({ state: 'detached' });
    await editor.keyboard.press('Escape');
    await editor.getByRole('article').filter({ hasText: 'at noon' }).first().getByRole('link').first().click();
    await editor.getByRole('button', { name: 'Correct' }).click();
    await editor.locator('.writing textarea').fill('Signing is at one.');
    await editor.getByLabel('Note to readers: what changed').fill('It was put off by an hour.');
    await editor.keyboard.press('Enter');
    await editor.locator('.whole .marked').getByText('It was put off by an hour.').waitFor();
  });

  it('offers all that the record has to make claims about, and every report of an outlet', async () => {
    const { world } = browsing;
    const negotiationId = 'gaza-hostages-2023';
    for (let n = 1; n <= 33; n++) {
      const published = { from: '2023-10-30T00:00:00Z', precision: 'DAY', basis: 'STATED' };
      const report = { outletId: 'strait-wire', kind: 'ARTICLE', headline: `Report ${n}.`, published };
      await world.write('recordReport', report);
      if (n > 21) continue;
      const occurred = { from: '2023-10-30T00:00:00Z', precision: 'DAY', basis: 'STATED' };
      await world.write('recordEvent', { negotiationId, kind: 'OTHER', title: `Event ${n}.`, occurred });
      await world.write('poseOutcome', { negotiationId, question: `Outcome ${n}.`, dueBy: '2023-12-01' });
      await world.write('recordHeldGroup', { negotiationId, descriptor: `Held ${n}.`, heldById: 'hamas' });
    }
    const editor = await signIn('EDITOR', `/negotiations/${negotiationId}?desk=open`);
    await editor.keyboard.press('n');
    const form = editor.locator('.writing');
    for (const [add, label, of] of [
      ['Effect of an event', 'Event', 'Event'],
      ['Likelihood', 'Outcome', 'Outcome'],
      ['Number', 'Held group', 'Held'],
    ] as const) {
      await form.getByRole('button', { name: add }).click();
      const choice = form.getByRole('combobox', { name: label, exact: true });
      for (const n of [1, 21]) await choice.selectOption({ label: `${of} ${n}.` });
    }
    await form.getByRole('combobox', { name: 'Outlet' }).pressSequentially('Strait W');
    await form.getByRole('option', { name: /^Strait Wire/ }).click();
    const reports = form.getByRole('combobox', { name: 'Report', exact: true });
    await form.getByText('Only the first 30 are shown; there are more.').waitFor();
    await form.getByRole('button', { name: 'Earlier reports' }).press('Enter');
    await form.getByText('there are more').waitFor({ state: 'detached' });
    await reports.selectOption({ label: 'Report 1. 30 Oct 2023' });
    await form.getByRole('button', { name: 'Throw away' }).click();
  });

  it('is told at the field what is wrong with it', async () => {
    const editor = await signIn('EDITOR');
    await editor.keyboard.press('n');
    const words = editor.locator('.writing textarea');
    await words.waitFor();
    await words.press('Control+Enter');
    await editor.getByRole('alert').waitFor();
    expect(await words.getAttribute('aria-invalid')).toBe('true');
    const about = String(await words.getAttribute('aria-describedby'));
    expect(await editor.locator(`[id="${about}"]`).textContent()).toContain('empty');
    await editor.getByRole('button', { name: 'Throw away' }).click();
  });

  it('records the report that a statement comes from, and what it claims of events, outcomes and held groups', async () => {
    const editor = await signIn('EDITOR', '/negotiations/gaza-hostages-2023?desk=open');
    await editor.keyboard.press('n');
    const form = editor.locator('.writing');
    await form.locator('textarea').fill('The talks stand at “50/50”, and 30 are to be let go.');
    await form.getByRole('combobox', { name: 'Source' }).selectOption('UNNAMED_PERSON');
    await form.getByLabel('As described in the report').fill('a person close to the talks');
    await form.getByLabel('comments', { exact: true }).check();

    await form.getByRole('button', { name: 'Effect of an event' }).click();
    await form.getByLabel('Effect', { exact: true }).selectOption('HINDERS');
    await form.getByRole('button', { name: 'Likelihood' }).click();
    await form.getByRole('group', { name: 'Likelihoods' }).getByLabel('In its words').fill('50/50');
    await form.getByRole('group', { name: 'Likelihoods' }).getByLabel('At least').fill('50');
    await form.getByRole('button', { name: 'Number' }).click();
    const counts = form.getByRole('group', { name: 'How many are held' });
    await counts.getByLabel('At least').fill('30');

    const outlet = form.getByRole('combobox', { name: 'Outlet' });
    await outlet.pressSequentially('Qat');
    await form.getByRole('option', { name: /^Qatar/ }).click();
    await form.getByRole('button', { name: 'Report that is not on record yet' }).click();
    await form.getByLabel('Headline').fill('Talks at even odds');
    await form.getByRole('button', { name: 'Record the report' }).click();
    // No news outlet: an article cannot be its own.
    const kind = form.getByRole('combobox', { name: 'Form' });
    await form.getByText('is not a news outlet').waitFor();
    expect(await kind.getAttribute('aria-invalid')).toBe('true');
    await kind.selectOption('RELEASE');
    await form.getByLabel('Headline').press('Enter');
    await form.locator('.new-record').waitFor({ state: 'detached' });
    expect(await form.getByRole('combobox', { name: 'Report' }).locator(':checked').textContent()).toContain(
      'Talks at even odds',
    );
    await form.locator('textarea').press('Control+Enter');
    await form.waitFor({ state: 'detached' });

    // The API looks at claims when a draft is published, and the form shows them what it found.
    await draft(editor, '50/50').getByRole('button', { name: 'Publish' }).click();
    await draft(editor, '50/50').getByText('needs both ends of its range, or neither').waitFor();
    await draft(editor, '50/50').getByRole('button', { name: 'Edit' }).click();
    const row = form.getByRole('group', { name: 'Likelihoods' });
    await row.getByText('needs both ends').waitFor();
    expect(await row.getByLabel('At least').getAttribute('aria-invalid')).toBe('true');
    expect(await counts.getByLabel('At least').getAttribute('aria-invalid')).toBe('false');
    await row.getByLabel('At most').fill('50');
    await form.locator('textarea').press('Control+Enter');
    await form.waitFor({ state: 'detached' });
    await draft(editor, '50/50').getByText('needs both ends').waitFor({ state: 'detached' });
    await draft(editor, '50/50').getByRole('button', { name: 'Publish' }).click();
    await draft(editor, '50/50').waitFor({ state: 'detached' });
    await editor.keyboard.press('Escape');
    await editor
      .getByRole('article')
      .filter({ hasText: '30 are to be let go' })
      .first()
      .getByRole('link')
      .first()
      .click();
    const whole = editor.locator('.whole');
    await whole.getByText('Talks at even odds').waitFor();
    expect(await whole.locator('.claim-list').textContent()).toMatch(/hinders the talks.*50\/50.*50%.*30/s);
  });

  it('records whom the record does not know yet, and their outlet, without leaving the keyboard or the statement', async () => {
    const editor = await signIn('EDITOR');
    const type = (text: string) => editor.keyboard.type(text);
    const press = async (...keys: string[]) => {
      for (const key of keys) await editor.keyboard.press(key);
    };
    await press('n');
    const form = editor.locator('.writing');
    await form.waitFor();
    await type('We were “never asked”.');
    await press('Tab', 'Tab');
    await type('Ottoline Brask');
    // Sooner than anybody can be found: it is no end of the statement.
    await press('Enter');
    await form.getByRole('option', { name: /^Record .*Ottoline Brask/ }).waitFor();
    await press('Enter');
    const recording = form.getByRole('group', { name: 'Person who is not on record yet' });
    await recording.waitFor();
    expect(await recording.textContent()).toContain('on the public record at once');
    await picture(editor, 'desk-new-person');
    await press('Tab');
    await type('Crane driver at Port Callune');
    await press('Enter');
    await recording.waitFor({ state: 'detached' });
    const who = form.getByRole('combobox', { name: 'Who' });
    expect(await who.inputValue()).toBe('Ottoline Brask');
    expect(await who.evaluate((element) => element === document.activeElement)).toBe(true);

    const outlet = form.getByRole('combobox', { name: 'Outlet' });
    await outlet.focus();
    await type('Callune Evening Post');
    await form.getByRole('option', { name: /^Record .*Callune Evening Post/ }).waitFor();
    await press('Enter');
    const body = form.getByRole('group', { name: 'Organization that is not on record yet' });
    await body.waitFor();
    expect(await body.getByRole('combobox', { name: 'What it is' }).inputValue()).toBe('NEWS_OUTLET');
    await press('Enter');
    await body.waitFor({ state: 'detached' });
    expect(await outlet.inputValue()).toBe('Callune Evening Post');
    await form.getByRole('button', { name: 'Report that is not on record yet' }).press('Enter');
    await form.getByLabel('Headline').fill('Crane drivers were not asked');
    await press('Enter');
    await form.locator('.new-record').waitFor({ state: 'detached' });
    await form.getByLabel('comments', { exact: true }).press('Space');
    await press('Control+Enter');
    await form.waitFor({ state: 'detached' });
    await draft(editor, 'never asked').getByRole('button', { name: 'Publish' }).press('Enter');
    await draft(editor, 'never asked').waitFor({ state: 'detached' });
    await press('Escape');
    const published = editor.getByRole('article').filter({ hasText: 'never asked' }).first();
    await published.waitFor();
    expect(await published.textContent()).toMatch(/^Ottoline Brask.*Callune Evening Post/s);
  });

  it('is told at the field what is wrong with whom it records, and a reporter is told who may record them', async () => {
    const editor = await signIn('EDITOR');
    await editor.keyboard.press('n');
    const who = editor.getByRole('combobox', { name: 'Who' });
    await who.fill('Somebody');
    await editor.getByRole('option', { name: /^Record .*Somebody/ }).click();
    const recording = editor.getByRole('group', { name: 'Person who is not on record yet' });
    const name = recording.getByLabel('Name', { exact: true });
    await name.fill('  ');
    await name.press('Enter');
    await recording.locator('.problem').waitFor();
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    await name.press('Escape');
    await recording.waitFor({ state: 'detached' });
    expect(await who.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await who.inputValue()).toBe('Somebody');
    expect(await editor.locator('.writing').isVisible()).toBe(true);

    const reporter = await signIn('REPORTER');
    await reporter.keyboard.press('n');
    await reporter.getByRole('combobox', { name: 'Who' }).fill('Somebody else');
    await reporter.getByText('Nobody on record is called this. An editor can record them.').waitFor();
    expect(await reporter.locator('.choices').getByRole('option', { includeHidden: true }).count()).toBe(0);
  });

  it('keeps no statement without somebody who was typed and not chosen', async () => {
    const editor = await signIn('EDITOR');
    await editor.keyboard.press('n');
    const form = editor.locator('.writing');
    await form.locator('textarea').fill('For whom?');
    await form.getByRole('combobox', { name: 'Source' }).selectOption('UNNAMED_PERSON');
    await form.getByLabel('As described in the report').fill('an official');
    await form.getByLabel('comments', { exact: true }).check();
    const speakingFor = form.getByRole('combobox', { name: 'Speaking for' });
    await speakingFor.fill('Union of Port');
    await form.locator('textarea').press('Control+Enter');
    await editor.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
    expect(await speakingFor.evaluate((element: HTMLInputElement) => element.validationMessage)).toBe(
      'Choose from those on record, or leave it empty.',
    );
    await form.getByRole('option', { name: 'Union of Port Callune Dockers' }).waitFor();
    await editor.keyboard.press('Enter');
    await editor.keyboard.press('Control+Enter');
    await draft(editor, 'For whom?').waitFor();
  });

  it('is warned of a description that holds a known name, and publishes it once that is stood by', async () => {
    const editor = await signIn('EDITOR');
    const form = editor.locator('.writing');
    await editor.keyboard.press('n');
    await form.locator('textarea').fill('The cranes will stand still.');
    await form.getByRole('combobox', { name: 'Source' }).selectOption('UNNAMED_PERSON');
    const descriptor = form.getByLabel('As described in the report');
    await descriptor.fill('an aide to Hugh Pellandine');
    await form.getByLabel('threatens').check();
    await form.locator('textarea').press('Control+Enter');
    const standing = draft(editor, 'stand still');
    const publish = standing.getByRole('button', { name: 'Publish' });
    const standBy = standing.getByRole('button', { name: 'It may stay as it is: do it' });
    await publish.click();
    const warning = standing.getByRole('alert');
    await warning.getByText('Hugh Pellandine').waitFor();
    // In words for people, without what a program answers with.
    expect(await warning.locator('p').textContent()).toMatch(/^The description .*Hugh Pellandine.*may stay\.$/);
    expect(await editor.getByRole('article').filter({ hasText: 'stand still' }).count()).toBe(1);

    // The way back: the description is mended, and the warning is gone with it.
    await standing.getByRole('button', { name: 'Edit' }).click();
    await descriptor.fill('the Pellandine office');
    await form.locator('textarea').press('Control+Enter');
    await standing.getByText('the Pellandine office').waitFor();
    await standBy.waitFor({ state: 'detached' });

    // The way on, to the place where it is shown that it was published, by keyboard.
    await publish.click();
    await standBy.press('Enter');
    await standing.waitFor({ state: 'detached' });
    await editor.keyboard.press('Escape');
    const published = editor.getByRole('article').filter({ hasText: 'stand still' }).first();
    await published.waitFor();
    expect(await published.textContent()).toContain('the Pellandine office');

    // A correction is warned of alike.
    await published.getByRole('link').first().click();
    await editor.getByRole('button', { name: 'Correct' }).click();
    await descriptor.fill('somebody near Pellandine');
    await form.getByLabel('Note to readers: what changed').fill('Described more closely.');
    await editor.keyboard.press('Enter');
    await form.getByRole('alert').getByText('Hugh Pellandine').waitFor();
    await form.getByRole('button', { name: 'It may stay as it is: do it' }).press('Enter');
    await editor.locator('.whole .marked').getByText('Described more closely.').waitFor();
    expect(await editor.locator('.whole').textContent()).toContain('somebody near Pellandine');
  });

  /** Writes what an unnamed official said. */
  async function unnamed(page: Page, text: string) {
    const form = page.locator('.writing');
    await page.keyboard.press('n');
    await form.locator('textarea').fill(text);
    await form.getByRole('combobox', { name: 'Source' }).selectOption('UNNAMED_PERSON');
    await form.getByLabel('As described in the report').fill('an official');
    await form.getByLabel('comments', { exact: true }).check();
    return form;
  }

  it('publishes in the language that a text is written in, or in the one that was chosen', async () => {
    const editor = await signIn('EDITOR');
    const said = 'لن نوقّع قبل الجمعة';
    const form = await unnamed(editor, said);
    const language = form.getByRole('combobox', { name: 'Language' });
    expect(await language.locator(':checked').textContent()).toBe('By its script: Arabic');
    expect(await form.locator('textarea').getAttribute('lang')).toBe('ar');
    await form.locator('textarea').press('Control+Enter');
    await draft(editor, said).getByRole('button', { name: 'Publish' }).click();
    await draft(editor, said).waitFor({ state: 'detached' });
    const published = editor.getByRole('article').filter({ hasText: said }).first().locator('.prose');
    expect(await published.getAttribute('lang')).toBe('ar');

    await unnamed(editor, 'Nous ne signerons pas.');
    await language.selectOption('fr');
    await form.locator('textarea').press('Control+Enter');
    await form.waitFor({ state: 'detached' });
    expect(await draft(editor, 'signerons').locator('.prose').getAttribute('lang')).toBe('fr');
    // What was chosen last is what is mostly written here, until the script says otherwise.
    await unnamed(editor, 'Pas avant vendredi.');
    expect(await language.locator(':checked').textContent()).toBe('By its script: French');
    await form.locator('textarea').fill('לא לפני יום שישי');
    expect(await language.locator(':checked').textContent()).toBe('By its script: Hebrew');
  });

  it('writes by keyboard through whom a statement came, on record or described', async () => {
    const editor = await signIn('EDITOR');
    const form = await unnamed(editor, 'It came a long way.');
    const way = form.getByRole('group', { name: 'How it reached the record' });
    const add = way.getByRole('button', { name: 'Somebody on its way' });
    await add.press('Enter');
    await way.getByLabel('What they did with it').selectOption('HOLDER');
    await way.getByLabel('Or as described').fill('a foreman on the quay');
    await add.press('Enter');
    await way.getByRole('combobox', { name: 'On record as' }).nth(1).focus();
    await editor.keyboard.type('Strait W');
    await way.getByRole('option', { name: /^Strait Wire/ }).waitFor();
    await editor.keyboard.press('Enter');
    await editor.keyboard.press('Control+Enter');
    await form.waitFor({ state: 'detached' });
    const chain = draft(editor, 'a long way').locator('.chain');
    await chain.getByText('Strait Wire').waitFor();
    expect(await chain.textContent()).toBe('known to a foreman on the quayrelayed by Strait Wire');
    await draft(editor, 'a long way').getByRole('button', { name: 'Edit' }).click();
    expect(await way.getByRole('combobox', { name: 'On record as' }).nth(1).inputValue()).toBe('Strait Wire');
    await picture(editor, 'desk-way');
    await way.getByRole('button', { name: 'Remove' }).first().press('Enter');
    await form.locator('textarea').press('Control+Enter');
    await form.waitFor({ state: 'detached' });
    // What is published is the revision that is shown.
    await chain.getByText('a foreman').waitFor({ state: 'detached' });
    await draft(editor, 'a long way').getByRole('button', { name: 'Publish' }).click();
    await draft(editor, 'a long way').waitFor({ state: 'detached' });
    const published = editor.getByRole('article').filter({ hasText: 'a long way' }).first();
    expect(await published.locator('.chain').textContent()).toBe('relayed by Strait Wire');
  });

  it('corrects who said it, on what terms, when, and what was done by saying it, with a note', async () => {
    const editor = await signIn('EDITOR', '/negotiations/dockers-2026?desk=open');
    await editor.keyboard.press('Escape');
    const line = editor.getByRole('article').filter({ hasText: 'The strike cost the port more' }).first();
    await line.getByRole('link').first().click();
    await editor.getByRole('button', { name: 'Correct' }).click();
    const form = editor.locator('.writing');
    expect(await form.getByLabel('As described in the report').inputValue()).toBe('the Employers');
    await form.getByRole('combobox', { name: 'Source' }).selectOption('NAMED_PERSON');
    await form.getByRole('combobox', { name: 'Who' }).pressSequentially('Hugh Pell');
    await editor.getByRole('option', { name: 'Hugh Pellandine' }).waitFor();
    await editor.keyboard.press('Enter');
    await form.getByLabel('concedes').check();
    await form.getByLabel('Day', { exact: true }).fill('2026-03-21');
    await form.getByLabel('Note to readers: what changed').fill('He gave his name a day later.');
    await form.getByLabel('Note to readers: what changed').press('Enter');
    const whole = editor.locator('.whole');
    await whole.locator('.marked').getByText('He gave his name a day later.').waitFor();
    expect(await whole.locator('.who').textContent()).toContain('Hugh Pellandine');
    expect(await whole.locator('.facts').first().textContent()).toContain('concedes');
    expect(await whole.textContent()).toContain('21 Mar 2026');
  });
});
