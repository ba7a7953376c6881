import type { AuditFacts } from '../audit-facts.ts';
import { named, type SecurityCheck } from '../security-check.ts';

const largeBodyBytes = 100 * 1024 ** 2;

const isOpen = ({ addresses }: AuditFacts) => addresses.some(({ isLoopback }) => !isLoopback);

/** What browsers and clients of the API may do. */
export const webChecks: readonly SecurityCheck[] = [
  {
    id: 'cors-every-origin',
    setting: 'server.cors.allowed_origins',
    look({ cors }) {
      if (!cors.origins.includes('*')) return null;
      return {
        severity: 'high',
        what: 'Every web page may call the server: one that is open in a browser which reaches it can run tasks and read results.',
        advice: 'Name the origins in server.cors.allowed_origins.',
      };
    },
  },
  {
    id: 'cors-unencrypted-origin',
    setting: 'server.cors.allowed_origins',
    look({ cors }) {
      const plain = cors.origins.filter((origin) => /^http:\/\/(?!(?:[\w.-]*\.)?localhost(?:[:/]|$)|127\.|\[::1\])/i.test(origin));
      if (plain.length === 0) return null;
      return {
        severity: 'medium',
        what: `Pages of ${named(plain)} may call the server, and come without encryption: whoever changes them on the way calls it too.`,
        advice: 'Serve those pages over https and name them so.',
      };
    },
  },
  {
    id: 'large-bodies',
    setting: 'server.body_limit_bytes',
    look({ bodyLimitBytes }) {
      if (bodyLimitBytes <= largeBodyBytes) return null;
      return {
        severity: 'medium',
        what: `A request may have ${Math.round(bodyLimitBytes / 1024 ** 2)} MB, which the server holds in memory: few of them at once fill it.`,
        advice: 'Lower server.body_limit_bytes, and hand large inputs to tasks by address.',
      };
    },
  },
  {
    id: 'graphql-introspection',
    setting: 'graphql.introspection',
    look(facts) {
      if (!facts.graphql.isEnabled || !facts.graphql.hasIntrospection || !isOpen(facts)) return null;
      return {
        severity: 'low',
        what: 'Whoever reaches the server can ask for the whole GraphQL schema.',
        advice: 'Set graphql.introspection to false where clients have the schema already.',
      };
    },
  },
  {
    id: 'graphql-playground',
    setting: 'graphql.playground',
    look(facts) {
      if (!facts.graphql.isEnabled || !facts.graphql.hasPlayground || !isOpen(facts)) return null;
      return {
        severity: 'low',
        what: 'The page at /playground lets whoever reaches the server try documents on it.',
        advice: 'Set graphql.playground to false.',
      };
    },
  },
];
