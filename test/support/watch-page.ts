import type { Page } from 'playwright-core';

export interface PageBehaviour {
  /** Errors and warnings, among them whatever the page's policy forbade, and requests that failed. */
  readonly complaints: readonly string[];
  /** Whom the page spoke to, WebSockets included. */
  readonly origins: readonly string[];
}

/** Call it before the page goes anywhere; the function tells how the page has behaved so far. */
export function watchPage(page: Page): () => PageBehaviour {
  const complaints: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  page.on('websocket', (socket) => origins.add(new URL(socket.url()).origin.replace(/^ws/, 'http')));
  return () => ({ complaints: [...complaints], origins: [...origins] });
}
