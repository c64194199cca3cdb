/* out_manifest: manifest.json, what made a run: version, hashes, seed, arguments; in its `machine` part what cannot
 * change a result: command line, folder, threads, time. Enough to make the same bytes again. */
#ifndef OUT_MANIFEST_H
#define OUT_MANIFEST_H

struct buf;
struct run;

void out_manifest(const struct run *run, struct buf *out);

#endif
