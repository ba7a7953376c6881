import { programOf } from '#testing/code-program.ts';
import { attack } from './attack.ts';

// import.meta would tell the path of our files.
attack({ name: 'import.meta is a syntax error', program: programOf('return () => import.meta.url'), expect: ['TASK_COMPILE_FAILED'] });
attack({ name: 'import.meta in evaluated text is a syntax error', code: 'return () => (0, eval)("import.meta")', expect: ['TASK_FAILED'] });
