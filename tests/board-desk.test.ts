import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { describeInBrowser, picture, useBrowser } from './support/browser.ts';

describeInBrowser('the desk at its board', () => {
  const browsing = useBrowser();
  const DESK = '/negotiations/dockers-2026?desk=open';

  async function signIn(role: 'REPORTER' | 'EDITOR', path = DESK): Promise<Page> {
    const { page } = await browsing.open(path);
    await page.getByLabel('Key of the desk').fill(await browsing.world.key(role));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
    return page;
  }

  /** Writes a draft by keyboard alone: words, source, who, and what was done by saying it. */
  async function write(page: Page, text: string): Promise<void> {
    await page.keyboard.press('n');
    const words = page.getByLabel('What was said', { exact: true }).and(page.locator('textarea'));
    await words.waitFor();
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Hugh Pell');
    await page.getByRole('option', { name: 'Hugh Pellandine' }).waitFor();
    await page.keyboard.press('Enter');
    // On behalf of, attribution, day (three parts and its button), time (as many), phrase, words: then the acts.
    const act = page.getByLabel('announces');
    while (!(await act.evaluate((element) => element === document.activeElement))) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Control+Enter');
    await words.waitFor({ state: 'detached' });
  }

  /** A key, and what ends it. */
  async function keyThatEnds(role: 'REPORTER' | 'EDITOR') {
    const admin = await browsing.world.key('ADMIN');
    const { data } = await browsing.world.as(
      admin,
      `mutation { issueKey(input: { name: "for an hour", role: ${role} }) {
        ... on IssueKeyPayload { key deskKey { prefix } } } }`,
    );
    const { deskKey, key } = data.issueKey;
    const end = async () => {
      await browsing.world.as(admin, `mutation { revokeKey(input: { prefix: "${deskKey.prefix}" }) { __typename } }`);
      // A key that was looked at just now is trusted for a moment more.
      await vi.waitFor(async () => expect((await browsing.world.as(key, '{ head }')).errors).toBeDefined(), 10_000);
    };
    return { key, end };
  }

  const draft = (page: Page, text: string) => page.locator('.draft').filter({ hasText: text });

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
    await form.getByRole('option', { name: 'Qatar', exact: true }).click();
    await form.getByRole('button', { name: 'Report that is not on record yet' }).click();
    await form.getByLabel('Headline').fill('Talks at even odds');
    await form.getByRole('button', { name: 'Record the report' }).click();
    // No news outlet: an article cannot be its own.
    const kind = form.getByRole('combobox', { name: 'Form' });
    await form.getByText('is not a news outlet').waitFor();
    expect(await kind.getAttribute('aria-invalid')).toBe('true');
    await kind.selectOption('RELEASE');
    await form.getByLabel('Headline').press('Enter');
    await form.locator('.new-report').waitFor({ state: 'detached' });
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

  it('loses nothing that was typed when the key ends, or the page is left', async () => {
    const { key, end } = await keyThatEnds('REPORTER');
    const { page } = await browsing.open(DESK);
    await page.getByLabel('Key of the desk').fill(key);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Write a statement/ }).click();
    const words = page.locator('.writing textarea');
    await words.fill('Half a statement');
    await end();
    await words.press('Control+Enter');
    await page.getByText('This key is not good, or no longer').waitFor();
    expect(await words.inputValue()).toBe('Half a statement');
    await page.getByLabel('Key of the desk').fill(await browsing.world.key('REPORTER'));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await words.inputValue()).toBe('Half a statement');
    await page.reload();
    await words.waitFor();
    expect(await words.inputValue()).toBe('Half a statement');
    await words.press('Control+Enter');
    await draft(page, 'Half a statement').waitFor();
  });

  it('loses nothing of a correction either', async () => {
    const { key, end } = await keyThatEnds('EDITOR');
    const { page } = await browsing.open(DESK);
    await page.getByLabel('Key of the desk').fill(key);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('article').filter({ hasText: 'first year' }).first().getByRole('link').first().click();
    await page.getByRole('button', { name: 'Correct' }).click();
    const form = page.locator('.writing');
    await form.getByLabel('appeals').check();
    await form.getByLabel('Note to readers').fill('It was an appeal.');
    await end();
    await form.getByLabel('Note to readers').press('Enter');
    await page.getByText('This key is not good, or no longer').waitFor();
    await page.getByLabel('Key of the desk').fill(await browsing.world.key('EDITOR'));
    await page.keyboard.press('Enter');
    await page.getByLabel('Key of the desk').waitFor({ state: 'detached' });
    await form.waitFor();
    expect(await form.getByLabel('Note to readers').inputValue()).toBe('It was an appeal.');
    expect(await form.getByLabel('appeals').isChecked()).toBe(true);
    await form.getByLabel('Note to readers').press('Enter');
    await page.locator('.whole .marked').getByText('It was an appeal.').waitFor();
  });
});
