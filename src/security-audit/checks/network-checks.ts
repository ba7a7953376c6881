import { named, type SecurityCheck } from '../security-check.ts';

const isEveryHost = (line: string) => /^\*(?::|$)/.test(line);
const isWildcard = (line: string) => line.startsWith('*.') || line.endsWith(':*');

/** Loopback, link-local (where clouds answer with credentials), and every address. */
const grave = /^(?:127\.|::1|\[?::1|169\.254\.|fe80:|0\.0\.0\.0(?:\/|$)|::(?:\/|$)|localhost)/i;
const reachesAll = /\/[0-7]$/;

/** What tasks may reach, and where tasks may come from. */
export const networkChecks: readonly SecurityCheck[] = [
  {
    id: 'private-addresses-open',
    setting: 'http.allowed_addresses',
    look({ network }) {
      const { allowedAddresses: open } = network;
      if (open.length === 0) return null;
      const isGrave = open.some((one) => grave.test(one) || reachesAll.test(one));
      return {
        severity: isGrave ? 'high' : 'medium',
        what: isGrave
          ? `Every task may reach ${named(open)}: this server itself is among what answers there, and takes its callers for you.`
          : `Every task may reach ${named(open)}, although these are not public.`,
        advice: 'Take out of http.allowed_addresses what tasks do not need; a single address is better than a range.',
      };
    },
  },
  {
    id: 'task-lists-trusted',
    setting: 'network.trust_task_lists',
    look({ network }) {
      if (!network.trustsTaskLists) return null;
      return {
        severity: 'medium',
        what: 'A task reaches private addresses by naming their host in its own network list: its author decides.',
        advice: 'Set network.trust_task_lists to false and name the addresses in http.allowed_addresses.',
      };
    },
  },
  {
    id: 'certificates-unchecked',
    setting: 'http.verify_ssl',
    look({ network }) {
      if (network.verifiesTls) return null;
      return {
        severity: 'high',
        what: 'Requests of tasks take any TLS certificate: whoever is on the way can read and change them.',
        advice: 'Set http.verify_ssl to true, and give Node the certificate of your own authority in NODE_EXTRA_CA_CERTS.',
      };
    },
  },
  {
    id: 'tasks-without-list',
    setting: null,
    look({ network }) {
      const open = network.tasks.filter(({ lines }) => lines === null || lines.some(isEveryHost)).map(({ name }) => name);
      if (open.length === 0) return null;
      return {
        severity: 'low',
        what: `${open.length === 1 ? 'A task' : `${open.length} tasks`} may reach every public host: ${named(open)}.`,
        advice: 'Name the hosts they need as network in their metadata.json; an empty list lets a task reach nothing.',
      };
    },
  },
  {
    id: 'tasks-with-wildcards',
    setting: null,
    look({ network }) {
      const wide = network.tasks.flatMap(({ name, lines }) => {
        const found = lines?.filter((line) => !isEveryHost(line) && isWildcard(line)) ?? [];
        return found.length === 0 ? [] : [`${name} (${named(found)})`];
      });
      if (wide.length === 0) return null;
      return {
        severity: 'info',
        what: `Network lists with wildcards: ${named(wide)}.`,
        advice: 'Name hosts and ports one by one where you know them: whoever owns a name below such a domain receives what tasks send.',
      };
    },
  },
  {
    id: 'growth-unseen',
    setting: 'tasks.require_network_approval',
    look({ network }) {
      if (network.asksApproval) return null;
      return {
        severity: 'info',
        what: 'A new version of a task that reaches more hosts than the one before runs without anybody looking at it.',
        advice: 'Set tasks.require_network_approval to true where others than you store tasks.',
      };
    },
  },
  {
    id: 'sources-from-anywhere',
    setting: 'registry.added_sources',
    look({ addedSources, addresses }) {
      const isOpen = addresses.some(({ isLoopback }) => !isLoopback);
      if (addedSources !== 'anywhere') return null;
      return {
        severity: isOpen ? 'high' : 'low',
        what: 'Callers may add sources of tasks anywhere: folders of this machine and private networks among them.',
        advice: 'Set registry.added_sources to public or none, and name sources in registry.sources.',
      };
    },
  },
];
