/** Colours of VS Code's default themes and of the extension, under the names that webviews get them by. */
import { readFileSync } from 'node:fs';

export interface Theme {
  /** As VS Code writes it into `data-vscode-theme-kind`. */
  readonly kind: string;
  readonly bodyClasses: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

const fonts = {
  'font-family': 'system-ui, "Liberation Sans", "Noto Sans", sans-serif',
  'font-size': '13px',
  'font-weight': 'normal',
};

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  contributes: { colors: { id: string; defaults: Record<string, string> }[] };
};

/** The extension's own colours, as VS Code turns them into variables. */
function contributed(kind: 'dark' | 'light' | 'highContrast' | 'highContrastLight'): Record<string, string> {
  return Object.fromEntries(manifest.contributes.colors.map(({ id, defaults }) => [id.replaceAll('.', '-'), defaults[kind] ?? '']));
}

function theme(kind: string, variables: Record<string, string>): Theme {
  // VS Code keeps the older class name beside the newer one, for extensions that know only that.
  const bodyClasses = kind === 'vscode-high-contrast-light' ? [kind, 'vscode-high-contrast'] : [kind];
  return { kind, bodyClasses, variables: { ...fonts, ...variables } };
}

export const themes = {
  dark: theme('vscode-dark', {
    ...contributed('dark'),
    'foreground': '#cccccc', 'descriptionForeground': '#9d9d9d', 'editor-background': '#1f1f1f',
    'panel-border': '#2b2b2b', 'widget-border': '#313131', 'widget-shadow': 'rgba(0, 0, 0, 0.36)', 'focusBorder': '#0078d4',
    'charts-blue': '#59a4f9', 'editorCursor-foreground': '#aeafad', 'progressBar-background': '#0078d4',
    'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1',
    'button-border': 'rgba(255, 255, 255, 0.07)', 'toolbar-hoverBackground': 'rgba(90, 93, 94, 0.31)',
    'list-hoverBackground': '#2a2d2e', 'list-inactiveSelectionBackground': '#37373d', 'list-activeSelectionBackground': '#04395e',
    'list-activeSelectionForeground': '#ffffff', 'list-focusOutline': '#0078d4', 'badge-background': '#616161', 'badge-foreground': '#f8f8f8',
    'panelTitle-activeForeground': '#cccccc', 'panelTitle-inactiveForeground': '#9d9d9d', 'panelTitle-activeBorder': '#0078d4',
    'settings-textInputBackground': '#313131', 'settings-textInputBorder': '#3c3c3c', 'settings-textInputForeground': '#cccccc',
    'input-placeholderForeground': '#989898', 'textLink-foreground': '#4daafc', 'errorForeground': '#f85149',
    'button-secondaryBackground': '#313131', 'button-secondaryHoverBackground': '#3c3c3c', 'button-secondaryForeground': '#cccccc', 'dropdown-background': '#313131', 'dropdown-border': '#3c3c3c',
    'inputOption-activeBackground': '#2489db82', 'inputOption-activeBorder': '#2488db', 'inputOption-activeForeground': '#ffffff',
    'editorHoverWidget-background': '#202020', 'editorHoverWidget-border': '#454545', 'editorHoverWidget-foreground': '#cccccc',
    'inputValidation-errorBackground': '#5a1d1d', 'inputValidation-errorBorder': '#be1100',
    'inputValidation-warningBackground': '#352a05', 'inputValidation-warningBorder': '#b89500',
  }),
  light: theme('vscode-light', {
    ...contributed('light'),
    'foreground': '#3b3b3b', 'descriptionForeground': '#3b3b3b', 'editor-background': '#ffffff',
    'panel-border': '#e5e5e5', 'widget-border': '#e5e5e5', 'widget-shadow': 'rgba(0, 0, 0, 0.16)', 'focusBorder': '#005fb8',
    'charts-blue': '#0063d3', 'editorCursor-foreground': '#000000', 'progressBar-background': '#005fb8',
    'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8',
    'button-border': 'rgba(0, 0, 0, 0.1)', 'toolbar-hoverBackground': 'rgba(184, 184, 184, 0.31)',
    'list-hoverBackground': '#f2f2f2', 'list-inactiveSelectionBackground': '#e4e6f1', 'list-activeSelectionBackground': '#e8e8e8',
    'list-activeSelectionForeground': '#000000', 'list-focusOutline': '#005fb8', 'badge-background': '#cccccc', 'badge-foreground': '#3b3b3b',
    'panelTitle-activeForeground': '#3b3b3b', 'panelTitle-inactiveForeground': '#3b3b3b', 'panelTitle-activeBorder': '#005fb8',
    'settings-textInputBackground': '#ffffff', 'settings-textInputBorder': '#cecece', 'settings-textInputForeground': '#3b3b3b',
    'input-placeholderForeground': '#767676', 'textLink-foreground': '#005fb8', 'errorForeground': '#f85149',
    'button-secondaryBackground': '#e5e5e5', 'button-secondaryHoverBackground': '#cccccc', 'button-secondaryForeground': '#3b3b3b', 'dropdown-background': '#ffffff', 'dropdown-border': '#cecece',
    'inputOption-activeBackground': '#bed6ed', 'inputOption-activeBorder': '#005fb8', 'inputOption-activeForeground': '#000000',
    'editorHoverWidget-background': '#f8f8f8', 'editorHoverWidget-border': '#c8c8c8', 'editorHoverWidget-foreground': '#3b3b3b',
    'inputValidation-errorBackground': '#f2dede', 'inputValidation-errorBorder': '#be1100',
    'inputValidation-warningBackground': '#f6f5d2', 'inputValidation-warningBorder': '#b89500',
  }),
  'high-contrast': theme('vscode-high-contrast', {
    ...contributed('highContrast'),
    'foreground': '#ffffff', 'descriptionForeground': 'rgba(255, 255, 255, 0.7)', 'editor-background': '#000000',
    'contrastBorder': '#6fc3df', 'panel-border': '#6fc3df', 'widget-border': '#6fc3df', 'focusBorder': '#f38518',
    'charts-blue': '#3794ff', 'editorCursor-foreground': '#ffffff', 'progressBar-background': '#6fc3df',
    'button-background': '#000000', 'button-foreground': '#ffffff', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff',
    'contrastActiveBorder': '#f38518', 'list-focusOutline': '#f38518', 'badge-background': '#000000', 'badge-foreground': '#ffffff',
    'panelTitle-activeForeground': '#ffffff', 'panelTitle-inactiveForeground': '#ffffff', 'panelTitle-activeBorder': '#6fc3df',
    'settings-textInputBackground': '#000000', 'settings-textInputBorder': '#6fc3df', 'settings-textInputForeground': '#ffffff',
    'input-placeholderForeground': 'rgba(255, 255, 255, 0.7)', 'textLink-foreground': '#21a6ff', 'errorForeground': '#f48771',
    'dropdown-background': '#000000', 'dropdown-border': '#6fc3df',
    'toolbar-hoverOutline': '#f38518', 'inputOption-activeBackground': 'rgba(0, 0, 0, 0)', 'inputOption-activeBorder': '#f38518',
    'inputOption-activeForeground': '#ffffff',
    'editorHoverWidget-background': '#0c141f', 'editorHoverWidget-border': '#6fc3df', 'editorHoverWidget-foreground': '#ffffff',
    'inputValidation-errorBackground': '#000000', 'inputValidation-errorBorder': '#6fc3df',
    'inputValidation-warningBackground': '#000000', 'inputValidation-warningBorder': '#6fc3df',
  }),
  'high-contrast-light': theme('vscode-high-contrast-light', {
    ...contributed('highContrastLight'),
    'foreground': '#292929', 'descriptionForeground': 'rgba(41, 41, 41, 0.7)', 'editor-background': '#ffffff',
    'contrastBorder': '#0f4a85', 'panel-border': '#0f4a85', 'widget-border': '#0f4a85', 'focusBorder': '#006bbd',
    'charts-blue': '#1a85ff', 'editorCursor-foreground': '#0f4a85', 'progressBar-background': '#0f4a85',
    'button-background': '#0f4a85', 'button-foreground': '#ffffff', 'button-border': '#0f4a85', 'button-secondaryBackground': '#ffffff', 'button-secondaryForeground': '#0f4a85',
    'contrastActiveBorder': '#006bbd', 'list-focusOutline': '#006bbd', 'badge-background': '#0f4a85', 'badge-foreground': '#ffffff',
    'list-hoverBackground': 'rgba(15, 74, 133, 0.1)', 'list-inactiveSelectionBackground': 'rgba(15, 74, 133, 0.1)', 'list-activeSelectionBackground': 'rgba(15, 74, 133, 0.1)',
    'panelTitle-activeForeground': '#292929', 'panelTitle-inactiveForeground': '#292929', 'panelTitle-activeBorder': '#b5200d',
    'settings-textInputBackground': '#ffffff', 'settings-textInputBorder': '#0f4a85', 'settings-textInputForeground': '#292929',
    'input-placeholderForeground': 'rgba(41, 41, 41, 0.7)', 'textLink-foreground': '#0f4a85', 'errorForeground': '#b5200d',
    'dropdown-background': '#ffffff', 'dropdown-border': '#0f4a85',
    'toolbar-hoverOutline': '#006bbd', 'inputOption-activeBackground': 'rgba(0, 0, 0, 0)', 'inputOption-activeBorder': '#0f4a85',
    'inputOption-activeForeground': '#292929',
    'editorHoverWidget-background': '#ffffff', 'editorHoverWidget-border': '#0f4a85', 'editorHoverWidget-foreground': '#292929',
    'inputValidation-errorBackground': '#ffffff', 'inputValidation-errorBorder': '#0f4a85',
    'inputValidation-warningBackground': '#ffffff', 'inputValidation-warningBorder': '#0f4a85',
  }),
} as const satisfies Record<string, Theme>;

export type ThemeName = keyof typeof themes;
