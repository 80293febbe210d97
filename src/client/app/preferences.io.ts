type Key = 'name' | 'identity' | 'theme';

/** What the page remembers between visits; a browser that keeps nothing is no error. */
export function recall(key: Key): string | null {
  return read(`understudy.${key}`);
}

export function remember(key: Key, value: string): void {
  write(`understudy.${key}`, value);
}

/** The secret that lets this browser delete an identity that it enrolled. */
export function deleteTokenOf(identity: string): string | null {
  return read(`understudy.delete.${identity}`);
}

export function keepDeleteToken(identity: string, token: string): void {
  write(`understudy.delete.${identity}`, token);
}

export function forgetDeleteToken(identity: string): void {
  write(`understudy.delete.${identity}`, null);
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch (error) {
    console.info('Preferences are not kept in this browser:', error);
  }
}
