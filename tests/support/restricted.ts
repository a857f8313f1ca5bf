import { statement } from './talks.ts';
import type { World } from './world.ts';

/** What a desk does with talks that not everybody may read. */
export function restrictedDesk(world: () => World) {
  async function idOf(slug: string): Promise<string> {
    return (await world().as(await world().key('ADMIN'), `{ negotiation(slug: "${slug}") { id } }`)).data.negotiation
      .id;
  }

  /** Opens talks that only the administrator of the test may read. */
  async function openRestricted(slug: string): Promise<string> {
    await world().write('openNegotiation', {
      externalId: slug,
      slug,
      title: slug,
      status: 'ACTIVE',
      access: 'RESTRICTED',
    });
    return idOf(slug);
  }

  function changeAccess(negotiationId: string, access: string, more: object = {}) {
    return world().write('changeNegotiationAccess', { negotiationId, access, ...more });
  }

  async function say(negotiationId: string, text: string, changes: object = {}): Promise<string> {
    const { statement: said } = await world().write(
      'publishStatement',
      { negotiationId, content: statement({ text, ...changes }) },
      'statement { id }',
    );
    return said.id;
  }

  /** The result of a mutation that is asked with a key; of an error what a caller can tell it from others by. */
  async function attempt(key: string, name: string, input: object) {
    const type = name.charAt(0).toUpperCase() + name.slice(1);
    const { data, errors } = await world().as(
      key,
      `mutation A($input: ${type}Input!) { ${name}(input: $input) { __typename ... on Error { message } } }`,
      { input },
    );
    return data?.[name] ?? errors?.map(({ message, extensions }) => ({ message, code: extensions?.code }));
  }

  const head = async (key: string | null) => (await world().as(key, '{ head }')).data.head;

  return { idOf, openRestricted, changeAccess, say, attempt, head };
}
