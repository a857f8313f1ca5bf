import { useEffect, useState } from 'react';
import { type Address, writeAddress } from '../address.ts';
import { useWords } from '../words/language.tsx';

/** Copies an address, to be sent to somebody. */
export function CopyButton({ address, label }: { address: Address; label: string }) {
  const words = useWords();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    navigator.clipboard?.writeText(new URL(writeAddress(address), location.origin).href).then(
      () => setCopied(true),
      () => {},
    );
  };
  return (
    <button type="button" className="quiet" onClick={copy} aria-live="polite">
      {isCopied ? words.statement.copied : label}
    </button>
  );
}
