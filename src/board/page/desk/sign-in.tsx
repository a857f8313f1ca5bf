import { type FormEvent, useId, useState } from 'react';
import { useWords } from '../words/language.tsx';
import { useSession } from './session.tsx';

/** Asks for a key of the desk, which is kept for as long as the tab is open. */
export function SignIn() {
  const words = useWords();
  const { signIn, isRefused } = useSession();
  const [key, setKey] = useState('');
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') signIn(key.trim());
  };
  return (
    <form className="sign-in" onSubmit={submit}>
      {isRefused && (
        <p className="refusal" role="alert">
          {words.desk.keyRefused}
        </p>
      )}
      <label htmlFor={id}>{words.desk.key}</label>
      <div className="row">
        <input
          id={id}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={({ target }) => setKey(target.value)}
          aria-describedby={`${id}-hint`}
        />
        <button type="submit" className="primary">
          {words.desk.signIn}
        </button>
      </div>
      <p id={`${id}-hint`} className="faint">
        {words.desk.keyHint}
      </p>
    </form>
  );
}
