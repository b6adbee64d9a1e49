import type { Page } from '../serve/page.ts';
import type { LibraryEntryRow, NodeRow, UserRow } from './database.ts';

/** What the resolvers hand from parent to child; codegen.ts names these for the generated types. */
export type NodePage = Page<NodeRow>;
export type UserPage = Page<UserRow>;
export type LibraryPage = Page<LibraryEntryRow>;
