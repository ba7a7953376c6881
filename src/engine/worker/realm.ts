import type { ivm } from './native.ts';
import { isolatedVm } from './native.ts';
import { realmScript } from './realm.generated.ts';
import type { KeptProgram } from './program-store.ts';

/** Whoever listens to one realm. Every value comes from hostile code. */
export interface RealmListener {
  call(question: unknown, a: unknown, b: unknown, c: unknown): unknown;
  send(message: unknown, a: unknown, b: unknown, c: unknown): void;
  /** Resolves to `[headJson, body]` when request `id` has ended. */
  wait(id: unknown): Promise<ivm.Copy<readonly [string, string | ArrayBuffer]>>;
}

/** A fresh JavaScript world with a task's code loaded but nothing of it run. */
export interface Realm {
  readonly isolate: TaskIsolate;
  /** Set when an execution takes the realm. */
  listener: RealmListener | null;
  /** Calls `enter` of the realm; the promise rejects on time-out, disposal, or when the engine itself fails. */
  enter(args: readonly unknown[], timeoutMs: number): Promise<void>;
  /** The same on this thread, which is blocked meanwhile. Throws what `enter` rejects with. */
  enterHere(args: readonly unknown[], timeoutMs: number): void;
  /** The author's code as a function of the realm, to be handed to `enter('run', ...)`. */
  readonly wrapper: ivm.Reference;
  release(): void;
}

/** With `produceCachedData` a script carries its code cache; the typings leave it out. */
type Compiled = ivm.Script & { cachedData?: ivm.ExternalCopy<ArrayBuffer> };

let bootCache: ivm.ExternalCopy<ArrayBuffer> | undefined;

/** An execution that computed longer than this may have changed the heap. */
const longRunMs = 2;

/** Debuggers ignore scripts of the platform, so this one is called differently. */
const gateScript = '(function (enter, what, a, b, c) { debugger; enter(what, a, b, c); })';

/** An isolate with instruments. */
export interface InspectedIsolate {
  readonly isolate: ivm.Isolate;
  readonly hasInspector: boolean;
  /** Whether the realm is to be entered by the gate, where a debugger stops it. */
  isGateClosed(): boolean;
  /** Ends every session with its inspector. An isolate that is disposed before would hang its thread for ever. */
  closeSessions(): void;
}

export function newIsolate(memoryMb: number, inspector = false): ivm.Isolate {
  const vm = isolatedVm();
  return new vm.Isolate({ memoryLimit: memoryMb, inspector, onCatastrophicError: () => process.kill(process.pid, 'SIGKILL') });
}

/** A V8 isolate that serves one version of one task and nothing else. */
export class TaskIsolate {
  readonly isolate: ivm.Isolate;
  readonly memoryMb: number;
  readonly program: KeptProgram;
  /** Realms made so far; an isolate is retired after many, because released realms are only collected slowly. */
  uses = 0;
  /** Realms made ahead of need. */
  readonly spares: Realm[] = [];
  isBroken = false;
  #looks = 0;
  #heapBytes = 0;
  readonly #boot: ivm.Script;
  readonly #script: ivm.Script;
  readonly #inspected: InspectedIsolate | null;

  /** @param inspected an isolate that is being looked into already, so that nothing of the program escapes; see instruments.ts */
  constructor(program: KeptProgram, memoryMb: number, inspected: InspectedIsolate | null = null) {
    this.program = program;
    this.memoryMb = memoryMb;
    this.#inspected = inspected;
    this.isolate = inspected?.isolate ?? newIsolate(memoryMb);
    const origin = { filename: program.filename, lineOffset: program.lineOffset };
    if (inspected !== null) {
      // Neither with a code cache nor for one: code that is counted is compiled differently.
      this.#boot = this.isolate.compileScriptSync(realmScript, { filename: 'platform:realm' });
      this.#script = this.isolate.compileScriptSync(program.script, origin);
      return;
    }
    this.#boot = this.isolate.compileScriptSync(
      realmScript,
      bootCache ? { filename: 'platform:realm', cachedData: bootCache } : { filename: 'platform:realm', produceCachedData: true },
    );
    bootCache ??= (this.#boot as Compiled).cachedData;
    const cachedData = program.codeCache as Compiled['cachedData'];
    this.#script = this.isolate.compileScriptSync(
      program.script,
      cachedData ? { ...origin, cachedData } : { ...origin, produceCachedData: true },
    );
    program.codeCache ??= (this.#script as Compiled).cachedData;
  }

  /**
   * JavaScript heap in use, in bytes. Looking takes 8 to 35 microseconds, so after short executions it is done every eighth time and the
   * last figure is given in between.
   */
  heapBytes(cpuMs: number): number {
    if (cpuMs > longRunMs || this.#looks++ % 8 === 0) this.#heapBytes = this.isolate.getHeapStatisticsSync().used_heap_size;
    return this.#heapBytes;
  }

  /** A realm, made ahead if there is one. */
  takeRealm(): Realm {
    return this.spares.pop() ?? this.makeRealm();
  }

  /**
   * Makes a realm on this thread: synchronous calls cost less than half of what hopping to the isolate's own thread would.
   * Nothing of the task runs here; evaluating its script only makes a function.
   */
  makeRealm(): Realm {
    const vm = isolatedVm();
    this.uses++;
    const context = this.#inspected?.hasInspector ? this.isolate.createContextSync({ inspector: true }) : this.isolate.createContextSync();
    const realm = { isolate: this, listener: null } as unknown as { -readonly [Key in keyof Realm]: Realm[Key] };
    const call = new vm.Callback((question: unknown, a: unknown, b: unknown, c: unknown) => realm.listener?.call(question, a, b, c));
    const send = new vm.Callback((message: unknown, a: unknown, b: unknown, c: unknown) => realm.listener?.send(message, a, b, c), {
      ignored: true,
    });
    const waiter = new vm.Reference((id: unknown) => realm.listener?.wait(id));
    const connect = this.#boot.runSync(context, { reference: true });
    const enter = connect.applySync(undefined, [call, send, waiter], { result: { reference: true } }) as ivm.Reference;
    connect.release();
    realm.wrapper = this.#script.runSync(context, { reference: true });
    realm.enter = (args, timeoutMs) =>
      enter.apply(undefined, args as unknown[], { timeout: Math.max(1, Math.ceil(timeoutMs)) }) as Promise<void>;
    if (this.#inspected?.hasInspector) this.#addGate(realm, context, enter);
    realm.enterHere = (args, timeoutMs) => void enter.applySync(undefined, args as unknown[], { timeout: timeoutMs });
    realm.release = () => {
      realm.listener = null;
      if (this.isolate.isDisposed) return;
      enter.release();
      realm.wrapper.release();
      context.release();
    };
    return realm;
  }

  #addGate(realm: { enter: Realm['enter'] }, context: ivm.Context, enter: ivm.Reference): void {
    const gate = this.isolate.compileScriptSync(gateScript, { filename: 'ratchet:gate' }).runSync(context, { reference: true });
    const enterAtOnce = realm.enter;
    realm.enter = (args, timeoutMs) => {
      if (!this.#inspected!.isGateClosed()) return enterAtOnce(args, timeoutMs);
      return gate.apply(undefined, [enter.derefInto(), ...args], { timeout: Math.max(1, Math.ceil(timeoutMs)) }) as Promise<void>;
    };
  }

  dispose(): void {
    this.isBroken = true;
    this.#inspected?.closeSessions();
    if (!this.isolate.isDisposed) this.isolate.dispose();
  }
}
