import type { SecurityCheck } from '../security-check.ts';
import { named } from '../security-check.ts';

/** Who reaches the server, and how they are known. */
export const accessChecks: readonly SecurityCheck[] = [
  {
    id: 'open-to-network',
    setting: 'server.bind_address',
    look({ addresses }) {
      const open = addresses.find(({ isLoopback, isAuthenticated }) => !isLoopback && !isAuthenticated);
      if (open === undefined) return null;
      return {
        severity: 'critical',
        what: `${open.what} listens on ${open.host} and asks nobody who they are: whoever reaches it runs tasks and reads what was run.`,
        advice: `Set ${open.setting} to 127.0.0.1, and put something in front of it that knows its callers.`,
        setting: open.setting,
      };
    },
  },
  {
    id: 'unencrypted-network',
    setting: 'server.tls.cert_file',
    look({ addresses }) {
      const open = addresses.find(({ isLoopback, hasTls }) => !isLoopback && !hasTls);
      if (open === undefined) return null;
      return {
        severity: 'high',
        what: `${open.what} listens on ${open.host} without TLS: what is sent can be read and changed on the way.`,
        advice: 'Set server.tls.cert_file and server.tls.key_file, or let a proxy on this machine end TLS.',
      };
    },
  },
  {
    id: 'no-authentication',
    setting: null,
    look({ addresses }) {
      const open = addresses.filter(({ isLoopback, isAuthenticated }) => isLoopback && !isAuthenticated);
      if (open.length === 0) return null;
      return {
        severity: 'low',
        what: `Every program and every person on this machine may do everything: nobody is asked who they are on ${named(open.map(({ host }) => host))}.`,
        advice: 'Keep people and programs you do not trust off this machine.',
      };
    },
  },
  {
    id: 'insecure-flag',
    setting: 'server.bind_address',
    look({ isInsecure, addresses }) {
      if (!isInsecure || addresses.some(({ isLoopback }) => !isLoopback)) return null;
      return {
        severity: 'low',
        what: '--insecure was given and is not needed: the server is reached from this machine only.',
        advice: 'Leave it out, so that a change of server.bind_address is refused and not served.',
      };
    },
  },
  {
    id: 'old-tls',
    setting: 'server.tls.min_version',
    look({ addresses, tlsMinVersion }) {
      if (tlsMinVersion !== '1.2' || !addresses.some(({ hasTls }) => hasTls)) return null;
      return {
        severity: 'info',
        what: 'TLS 1.2 is spoken with clients that know nothing newer.',
        advice: 'Set server.tls.min_version to 1.3 when all your clients speak it.',
      };
    },
  },
  {
    id: 'every-host-name',
    setting: 'server.allowed_hosts',
    look({ allowedHosts }) {
      if (!allowedHosts.includes('*')) return null;
      return {
        severity: 'medium',
        what: 'Clients may call the server by any name: a web page can let its own name lead here and talk to the server as if it were one of its pages.',
        advice: 'Name the hosts in server.allowed_hosts.',
      };
    },
  },
  {
    id: 'runs-as-root',
    setting: null,
    look({ isRoot }) {
      if (!isRoot) return null;
      return {
        severity: 'medium',
        what: 'The server runs as root: a mistake in it costs the whole machine.',
        advice: 'Give it a user of its own.',
      };
    },
  },
];
