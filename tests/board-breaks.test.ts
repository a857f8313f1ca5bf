import { expect, it } from 'vitest';
import { DESK, deskOf, said } from './support/board-desk.ts';
import { describeInBrowser, useBrowser } from './support/browser.ts';
import { openProxy } from './support/proxy.ts';

describeInBrowser('the desk at its board, when something breaks', () => {
  const browsing = useBrowser();
  const { signIn, giveKey, write, draft, keyThatEnds } = deskOf(browsing);

  it('loses nothing that was typed when the key ends, or the page is left', async () => {
    const { key, end } = await keyThatEnds('REPORTER');
    const { page } = await browsing.open(DESK);
    await giveKey(page, key);
    await page.getByRole('button', { name: /Write a statement/ }).click();
    const words = page.locator('.writing textarea');
    await words.fill('Half a statement');
    await end();
    await words.press('Control+Enter');
    await page.getByText('This key is not good, or no longer').waitFor();
    expect(await words.inputValue()).toBe('Half a statement');
    await giveKey(page, await browsing.world.key('REPORTER'));
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await words.inputValue()).toBe('Half a statement');
    await page.reload();
    await words.waitFor();
    expect(await words.inputValue()).toBe('Half a statement');
    await words.press('Control+Enter');
    await draft(page, 'Half a statement').waitFor();
  });

  it('is told by itself that the key ended, and goes on as a reader until another is given', async () => {
    const { key, end } = await keyThatEnds('EDITOR');
    const { page } = await browsing.open(DESK);
    await giveKey(page, key);
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
    await end();
    await page.getByText('This key is not good, or no longer').waitFor();
    await page.locator('.connection[data-status="live"]').waitFor();
    await giveKey(page, await browsing.world.key('EDITOR'));
    await page.getByRole('heading', { name: 'Desk: ⁨EDITOR of the test⁩' }).waitFor();
    await page.locator('.connection[data-status="live"]').waitFor();
  });

  it('is told nothing of a key that was never given, and shows nobody what was being written after signing out', async () => {
    const page = await signIn('REPORTER');
    await page.keyboard.press('n');
    const words = page.locator('.writing textarea');
    await words.fill('Not yet for everybody');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await words.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByLabel('Key of the desk').waitFor();
    expect(await page.getByText('Not yet for everybody').count()).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
    await giveKey(page, await browsing.world.key('REPORTER'));
    await words.waitFor();
    expect(await words.inputValue()).toBe('Not yet for everybody');
  });

  it('works in a browser that keeps nothing', async () => {
    const { page } = await browsing.open('/');
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('The operation is insecure.', 'SecurityError');
          },
        });
      }
    });
    await page.goto(new URL(DESK, page.url()).href);
    await giveKey(page, await browsing.world.key('REPORTER'));
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
  });

  it('is told that a part of the page did not come, beside all that did', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await page.route('**/desk-panel*', (route) => route.abort());
    await page.getByRole('button', { name: 'Desk', exact: true }).click();
    const told = page.getByRole('alert');
    await told.getByRole('heading', { name: 'This part could not be shown' }).waitFor();
    await page.locator('.connection[data-status="live"]').waitFor();
    await page.unroute('**/desk-panel*');
    await told.getByRole('button', { name: 'Load the page again' }).click();
    await page.getByLabel('Key of the desk').waitFor();
  });

  it('says in words of its own what could not be sent, and keeps it', async () => {
    await using proxy = await openProxy(browsing.world.url);
    const page = await signIn('REPORTER', new URL(DESK, proxy.url).href);
    await page.keyboard.press('n');
    const form = page.locator('.writing');
    const words = form.locator('textarea');
    await words.fill('Sent into the void');
    await form.getByRole('combobox', { name: 'Source', exact: true }).selectOption('UNNAMED_PERSON');
    await form.getByLabel('As described in the report').fill('an official');
    await form.getByLabel('comments', { exact: true }).check();
    proxy.cut();
    await words.press('Control+Enter');
    await form.getByRole('alert').getByText('The server did not answer. What you wrote is kept').waitFor();
    expect(await words.inputValue()).toBe('Sent into the void');
    proxy.mend();
    await words.fill('megabyte '.repeat(120_000));
    await words.press('Control+Enter');
    await form.getByRole('alert').getByText('longer than the server takes').waitFor();
    await words.fill('Sent after all');
    await words.press('Control+Enter');
    await draft(page, 'Sent after all').waitFor({ timeout: 30_000 });
  });

  it('sees every draft, though each time that it is read the answer is lost at first', async () => {
    let reads = 0;
    const { page } = await browsing.open(DESK);
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('query DraftsWhole')) return route.continue();
      reads += 1;
      return reads % 2 === 1 ? route.abort() : route.continue();
    });
    await giveKey(page, await browsing.world.key('REPORTER'));
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
    for (const text of ['Read at the second try', 'And the next one too']) {
      await write(page, text);
      await draft(page, text).waitFor();
    }
  });

  it('is signed in once the server answers, though it did not at first', async () => {
    const { page } = await browsing.open(DESK);
    let isLost = false;
    await page.route('**/graphql', async (route) => {
      if (isLost || !route.request().postData()?.includes('query Viewer')) return route.continue();
      isLost = true;
      await route.abort();
    });
    await giveKey(page, await browsing.world.key('REPORTER'));
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
    expect(isLost).toBe(true);
  });

  it('does nothing twice when the answer is lost on its way and it is sent again', async () => {
    const page = await signIn('REPORTER');
    let isLost = false;
    await page.route('**/graphql', async (route) => {
      if (isLost || !route.request().postData()?.includes('mutation DraftStatement')) return route.continue();
      isLost = true;
      await route.fetch();
      await route.abort();
    });
    await page.keyboard.press('n');
    const form = page.locator('.writing');
    await form.locator('textarea').fill('Said once');
    await form.getByRole('combobox', { name: 'Source', exact: true }).selectOption('UNNAMED_PERSON');
    await form.getByLabel('As described in the report').fill('an official');
    await form.getByLabel('comments', { exact: true }).check();
    await form.locator('textarea').press('Control+Enter');
    await form.getByRole('alert').getByText('The server did not answer').waitFor();
    await form.locator('textarea').press('Control+Enter');
    await form.waitFor({ state: 'detached' });
    await page.reload();
    await draft(page, 'Said once').first().waitFor();
    expect(await draft(page, 'Said once').count()).toBe(1);
  });

  it('is told of what was done though its connection broke meanwhile', async () => {
    await using proxy = await openProxy(browsing.world.url);
    const { page } = await browsing.open(new URL(DESK, proxy.url).href);
    await giveKey(page, await browsing.world.key('REPORTER'));
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
    await page.locator('.connection[data-status="live"]').waitFor();
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('mutation DraftStatement')) return route.continue();
      const response = await route.fetch();
      proxy.cut();
      await page.locator('.connection[data-status="offline"]').waitFor();
      await route.fulfill({ response });
    });
    await page.keyboard.press('n');
    const form = page.locator('.writing');
    await form.locator('textarea').fill('Answered after the break');
    await form.getByRole('combobox', { name: 'Source', exact: true }).selectOption('UNNAMED_PERSON');
    await form.getByLabel('As described in the report').fill('an official');
    await form.getByLabel('comments', { exact: true }).check();
    await form.locator('textarea').press('Control+Enter');
    await form.waitFor({ state: 'detached' });
    proxy.mend();
    await draft(page, 'Answered after the break').waitFor({ timeout: 30_000 });
  });

  it('loses nothing of a correction either', async () => {
    const { key, end } = await keyThatEnds('EDITOR');
    const { page } = await browsing.open(DESK);
    await giveKey(page, key);
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
    await giveKey(page, await browsing.world.key('EDITOR'));
    await page.getByLabel('Key of the desk').waitFor({ state: 'detached' });
    await form.waitFor();
    expect(await form.getByLabel('Note to readers').inputValue()).toBe('It was an appeal.');
    expect(await form.getByLabel('appeals').isChecked()).toBe(true);
    await form.getByLabel('Note to readers').press('Enter');
    await page.locator('.whole .marked').getByText('It was an appeal.').waitFor();
  });

  const published = async (text: string) => {
    const content = said(text);
    const { statement } = await browsing.world.write(
      'publishStatement',
      { negotiationId: 'dockers-2026', content },
      'statement { id revision }',
    );
    return { statementId: statement.id, revision: statement.revision };
  };
  const at = (statementId: string) => `${DESK}&statement=${encodeURIComponent(statementId)}`;
  const correcting = async (statementId: string) => {
    const { page } = await browsing.open(DESK);
    await giveKey(page, await browsing.world.key('EDITOR'));
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
    await page.goto(new URL(at(statementId), page.url()).href);
    await page.getByRole('button', { name: 'Correct' }).click();
    return { page, form: page.locator('.writing'), note: page.getByLabel('Note to readers') };
  };

  it('keeps a correction that is being written when somebody else withdraws the statement', async () => {
    const of = await published('Twelve cranes stand still.');
    const { page, form, note } = await correcting(of.statementId);
    await form.locator('textarea').fill('Thirteen cranes stand still.');
    await note.fill('There was one more.');
    await browsing.world.write('withdrawStatement', { ...of, reason: 'Nobody said it.' });
    await page.locator('.whole .marked').getByText('Nobody said it.').waitFor();
    expect(await form.locator('textarea').inputValue()).toBe('Thirteen cranes stand still.');
    await form.getByText('It was changed after you began').waitFor();
    await note.press('Enter');
    await form.getByRole('alert').waitFor();
    await page.reload();
    await form.getByText('It was changed after you began').waitFor();
    expect(await form.locator('textarea').inputValue()).toBe('Thirteen cranes stand still.');
    await form.getByRole('button', { name: 'Cancel' }).click();
    await form.waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Correct' }).count()).toBe(0);
  });

  it('puts a correction that is being written over what somebody else corrected meanwhile, field by field', async () => {
    const of = await published('Twelve lorries wait.');
    const { page, form, note } = await correcting(of.statementId);
    await form.locator('textarea').fill('Thirteen lorries wait.');
    await note.fill('There was one more.');
    const correct = (revision: number, changes: object) =>
      browsing.world.write('correctStatement', { ...of, revision, changes, note: 'Of what was done.' });
    await correct(1, { speechActs: ['ANNOUNCE'] });
    await form.getByText('It was changed after you began').waitFor();
    await form.getByRole('button', { name: 'Put mine over it' }).press('Enter');
    await form.getByText('What you changed is put over what it says now').waitFor();
    expect(await form.getByLabel('announces').isChecked()).toBe(true);
    expect(await form.getByLabel('comments', { exact: true }).isChecked()).toBe(false);

    await correct(2, { attributionLevel: 'DEEP_BACKGROUND' });
    await page.locator('.whole .facts').getByText('On deep background').waitFor();
    await page.reload();
    await form.getByText('What you changed is put over what it says now').waitFor();
    expect(await note.inputValue()).toBe('There was one more.');
    await note.press('Enter');
    await form.waitFor({ state: 'detached' });
    const whole = page.locator('.whole');
    await whole.locator('.marked').getByText('There was one more.').waitFor();
    expect(await whole.locator('.prose').first().textContent()).toBe('Thirteen lorries wait.');
    expect(await whole.locator('.facts').first().textContent()).toMatch(/On deep background.*announces/);
  });
});

describeInBrowser('a record that nobody reads without a key', () => {
  const browsing = useBrowser({ settings: { PUBLIC_READING: 'false' } });
  const { giveKey } = deskOf(browsing);

  it('asks for one wherever it is come to, and then shows what there is', async () => {
    const { page } = await browsing.open('/');
    await page.getByRole('status', { name: 'Connection' }).filter({ hasText: 'Not live' }).waitFor();
    expect(await page.getByText('This key is not good').count()).toBe(0);
    await giveKey(page, await browsing.world.key('READER'));
    await page.getByRole('link', { name: /Dockers’ wages/ }).click();
    await page.locator('.connection[data-status="live"]').waitFor();

    const { page: other } = await browsing.open('/negotiations/dockers-2026');
    await giveKey(other, await browsing.world.key('READER'));
    await other.locator('.connection[data-status="live"]').waitFor();
  });
});
