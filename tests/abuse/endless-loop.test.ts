import { attack } from './attack.ts';

// The oldest attack: code that never gives the thread back. The limit has to be enforced from another thread.
attack({ name: 'an endless loop', code: 'return () => { for (;;); }', expect: ['CPU_LIMIT_EXCEEDED'] });
