/** Where the value of a setting comes from. */
export const settingOrigins = ['default', 'profile', 'file', 'environment', 'flag', 'running'] as const;
export type SettingOrigin = (typeof settingOrigins)[number];

/** When a change takes effect: at once, after a restart, or never: nothing uses it in this version. */
export const settingEffects = ['live', 'restart', 'none'] as const;
export type SettingEffect = (typeof settingEffects)[number];

/** A value and where it comes from; secrets are replaced in it. */
export interface SettingValue {
  readonly value: unknown;
  readonly origin: SettingOrigin;
  /** In words: `ratchet.yaml:12`, `RATCHET_HTTP_TIMEOUT`, `--port`, `profile production`, `default`, `set by local at ...`. */
  readonly source: string;
}

/** One setting of a running server. */
export interface RunningSetting extends SettingValue {
  readonly key: string;
  readonly effect: SettingEffect;
  /** Whether it may be changed through the server. */
  readonly canChange: boolean;
  /** Why it may not, or what a change means; null where there is nothing to say. */
  readonly remark: string | null;
  /** What holds again when what was set while running ends; null where nothing was. */
  readonly underneath: SettingValue | null;
  /** What the file or a variable says by now, of a setting that needs a restart for it; null where that is what holds. */
  readonly afterRestart: SettingValue | null;
  readonly accepts: string;
  readonly variable: string;
  readonly describe: string;
}

export interface SettingMove {
  readonly key: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly source: string;
}

export interface SettingsChanged {
  readonly changed: readonly SettingMove[];
  /** What the change means, by setting. */
  readonly remarks: readonly { readonly key: string; readonly remark: string }[];
  /** The file it was written into; null: it holds until the server stops. */
  readonly savedTo: string | null;
}

export interface SettingsReloaded {
  /** The file that was read; null where the server has none. */
  readonly file: string | null;
  readonly changed: readonly SettingMove[];
  /** What the file says by now and the server takes over when it starts again. */
  readonly needRestart: readonly SettingMove[];
  /** What was set while running and holds on, over what the file says. */
  readonly kept: readonly SettingMove[];
}

export interface ChangeWishes {
  /** New values by key, as a file or a variable would say them. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly by: string;
  /** Whether to write them into the configuration file as well. */
  readonly save: boolean;
}

/** The settings of this server. One change or reload at a time; each happens as a whole or not at all. */
export interface RunningSettings {
  /** The file it was started with; null: none. */
  readonly file: string | null;
  readonly profile: string | null;
  /** @throws SETTING_UNKNOWN */
  list(prefix: string | null): Promise<readonly RunningSetting[]>;
  /**
   * @throws SETTING_UNKNOWN, SETTING_VALUE_REFUSED, SETTING_NEEDS_RESTART, SETTING_CLOSED, and when saving SETTING_NOT_SAVED,
   * CONFIG_FILE_CHANGED, CONFIG_FILE_UNWRITABLE
   */
  change(wishes: ChangeWishes): Promise<SettingsChanged>;
  /** Ends what was set while running; all of it where no key is named. @throws SETTING_UNKNOWN */
  reset(keys: readonly string[], by: string): Promise<SettingsChanged>;
  /** Reads the file again. @throws CONFIG_NOT_TAKEN_OVER */
  reload(by: string): Promise<SettingsReloaded>;
}
