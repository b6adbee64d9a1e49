import type { Page } from '../serve/page.ts';
import type { MessageRow } from './database.ts';

/** What the resolvers hand from parent to child; codegen.ts names it for the generated types. */
export type MessagePage = Page<MessageRow>;
