import type { BlobStore } from '../../application/record/blob-store.js';
import type { DocumentBytes } from '../../application/record/document-bytes.js';
import type { Antivirus, Inspection } from '../../application/record/inspection.js';
import type { KeyVault } from '../../application/shared/key-vault.js';
import { FileBlobStore } from '../blobs/file-blob-store.js';
import { SealedDocumentBytes } from '../blobs/sealed-document-bytes.js';
import { ClamdAntivirus } from '../inspection/clamd-antivirus.js';
import { Examiner } from '../inspection/examiner.js';
import { NoAntivirus } from '../inspection/no-antivirus.js';
import { StreamingInspection } from '../inspection/streaming-inspection.js';
import type { Settings } from '../settings/settings.js';
import type { Undo } from './undo.js';

/** Looks for viruses, and says whether it finds the one that is made to be found. */
export type ReadyAntivirus = Antivirus & { ready(): Promise<boolean> };

/** What stands behind a deposit. */
export interface DocumentParts {
  readonly blobs: BlobStore;
  readonly documentBytes: DocumentBytes;
  readonly antivirus: ReadyAntivirus;
  readonly inspection: Inspection;
}

/** Opens the store of the bytes, and those who look at them before they go there. */
export async function openDocuments(settings: Settings, vault: KeyVault, undo: Undo): Promise<DocumentParts> {
  const blobs = await blobsOf(settings, undo);
  const antivirus = antivirusOf(settings);
  return { blobs, documentBytes: new SealedDocumentBytes(vault, blobs), antivirus, inspection: inspectionOf(antivirus, undo) };
}

/** Documents lie in files, or where the settings name a store that speaks S3. */
async function blobsOf({ blobDir, s3Endpoint, s3Region, s3Bucket, s3AccessKey, s3SecretKey }: Settings, undo: Undo): Promise<BlobStore> {
  if (s3Endpoint === null) return FileBlobStore.open(blobDir);
  const { S3BlobStore } = await import('../blobs/s3-blob-store.js');
  const store = await S3BlobStore.open({
    endpoint: s3Endpoint,
    region: s3Region,
    bucket: s3Bucket,
    accessKeyId: s3AccessKey ?? '',
    secretAccessKey: s3SecretKey ?? '',
  });
  undo.later(async () => store.close());
  return store;
}

function antivirusOf({ antivirus }: Settings): ReadyAntivirus {
  if (antivirus === 'none') return new NoAntivirus();
  const { hostname, port, pathname } = new URL(antivirus.replace(/^clamd:/, 'http:').replace(/^http:\/\/\//, 'http://socket/'));
  return new ClamdAntivirus(antivirus.startsWith('clamd:///') ? { path: pathname } : { host: hostname, port: Number(port) });
}

function inspectionOf(antivirus: Antivirus, undo: Undo): Inspection {
  const examiner = new Examiner();
  undo.later(() => examiner.close());
  return new StreamingInspection(antivirus, examiner);
}
