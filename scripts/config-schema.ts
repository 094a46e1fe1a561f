/** Writes the JSON schema of training configs, by which VS Code completes and checks them (`contributes.jsonValidation`). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param folder that dist/ is made in */
export async function writeConfigSchema(folder: string): Promise<void> {
  // Loaded late: it comes with the architectures, whose kernels the build makes first.
  const { configSchema, schemaFile } = await import('../trainer/training/config-schema.ts');
  const dist = join(folder, 'dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, schemaFile), `${JSON.stringify(configSchema())}\n`);
}
