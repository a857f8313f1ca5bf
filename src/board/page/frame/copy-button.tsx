import { useEffect, useState } from 'react';
import { type Address, writeAddress } from '../address.ts';
import { useWords } from '../words/language.tsx';

/** Copies an address, to be sent to somebody; where the browser does not let it, it is shown, to be copied by hand. */
export function CopyButton({ address, label }: { address: Address; label: string }) {
  const words = useWords();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    const { href } = new URL(writeAddress(address), location.origin);
    const show = () => void prompt(label, href);
    // There is none where the page did not come over TLS.
    if (!navigator.clipboard) return show();
    navigator.clipboard.writeText(href).then(() => setCopied(true), show);
  };
  return (
    <button type="button" className="quiet" onClick={copy} aria-live="polite">
      {isCopied ? words.statement.copied : label}
    </button>
  );
}
