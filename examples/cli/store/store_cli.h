/* SPDX-License-Identifier: Apache-2.0 */
/* Backups and archives of a daemon's state folder, always sealed.
 *
 * A backup is one file: the line "c12 backup 1\n", then chunks.  A chunk is its size u32, low byte first, and so many bytes of c12_seal_block, whose
 * additional data are "c12 backup" and the chunk's number u64, low byte first: no chunk can be left out, doubled, changed or moved.  What the chunks hold
 * is, one behind the other, entries "file NAME SIZE\n" with SIZE bytes, and at last "end FILES\n", so that a cut is seen. */
#ifndef C12_CLI_STORE_H
#define C12_CLI_STORE_H

#include "cli.h"
#include "c12/seal.h"

enum { BACKUP_CHUNK = 1 << 20, BACKUP_NAME = 200 };
#define BACKUP_HEAD "c12 backup 1\n"

void backup_aad(uint64_t chunk, uint8_t out[18]);
int cmd_backup(cli *c);
int cmd_restore(cli *c);
int cmd_retain(cli *c);

#endif
