/*
** A SQLite VFS named "daftar": the database file proper begins DAFTAR_HEADER bytes into the file,
** behind the header that holds the key slots. Everything else (journal, WAL, shared memory, locks,
** temporary files) goes to the default VFS of the system untouched.
**
** The technique is that of SQLite's own ext/misc/appendvfs.c.
**
** The lock bytes. SQLite locks bytes from 0x40000000 of the file as the system sees it, and keeps the
** page at that place of the database free. Behind our header the two differ, and where locks are
** mandatory (Windows) a page under the lock bytes could not be read. So the HOLE at 0x40000000 of the
** real file is left out: the database goes on after it.
*/
#include <sqlite3.h>
#include <string.h>

#define DAFTAR_HEADER ((sqlite3_int64)65536)
#define LOCK_BYTES ((sqlite3_int64)0x40000000)
#define HOLE ((sqlite3_int64)65536)
#define LAST_BEFORE_HOLE (LOCK_BYTES - DAFTAR_HEADER)

typedef struct DaftarFile DaftarFile;
struct DaftarFile {
  sqlite3_file base;
};

/* The file of the default VFS lies right behind ours in the memory that SQLite gives. */
#define REAL_FILE(p) ((sqlite3_file *)(((DaftarFile *)(p)) + 1))
#define REAL_VFS(p) ((sqlite3_vfs *)(p)->pAppData)

/* Where byte `at` of the database lies in the real file. */
static sqlite3_int64 to_real(sqlite3_int64 at){
  return at + DAFTAR_HEADER + (at >= LAST_BEFORE_HOLE ? HOLE : 0);
}

/* How long the database is in a real file of `size` bytes. */
static sqlite3_int64 from_real(sqlite3_int64 size){
  if( size <= DAFTAR_HEADER ) return 0;
  if( size <= LOCK_BYTES ) return size - DAFTAR_HEADER;
  if( size <= LOCK_BYTES + HOLE ) return LAST_BEFORE_HOLE;
  return size - DAFTAR_HEADER - HOLE;
}

/* Pages are powers of two up to 65536, so none lies across the hole. Anything that does is refused. */
static int across_hole(sqlite3_int64 at, int n){
  return at < LAST_BEFORE_HOLE && at + n > LAST_BEFORE_HOLE;
}

static int daftarClose(sqlite3_file *f){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xClose(r);
}

static int daftarRead(sqlite3_file *f, void *to, int n, sqlite3_int64 at){
  sqlite3_file *r = REAL_FILE(f);
  if( across_hole(at, n) ) return SQLITE_IOERR_READ;
  return r->pMethods->xRead(r, to, n, to_real(at));
}

static int daftarWrite(sqlite3_file *f, const void *from, int n, sqlite3_int64 at){
  sqlite3_file *r = REAL_FILE(f);
  if( across_hole(at, n) ) return SQLITE_IOERR_WRITE;
  return r->pMethods->xWrite(r, from, n, to_real(at));
}

/* A database that ends right at the hole ends before it. */
static int daftarTruncate(sqlite3_file *f, sqlite3_int64 size){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xTruncate(r, size == LAST_BEFORE_HOLE ? LOCK_BYTES : to_real(size));
}

static int daftarSync(sqlite3_file *f, int flags){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xSync(r, flags);
}

static int daftarFileSize(sqlite3_file *f, sqlite3_int64 *size){
  sqlite3_file *r = REAL_FILE(f);
  int rc = r->pMethods->xFileSize(r, size);
  if( rc == SQLITE_OK ) *size = from_real(*size);
  return rc;
}

static int daftarLock(sqlite3_file *f, int level){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xLock(r, level);
}

static int daftarUnlock(sqlite3_file *f, int level){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xUnlock(r, level);
}

static int daftarCheckReservedLock(sqlite3_file *f, int *held){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xCheckReservedLock(r, held);
}

/* Memory mapping would bypass the offset, so it stays off; a hint of the size is of the real file. */
static int daftarFileControl(sqlite3_file *f, int op, void *arg){
  sqlite3_file *r = REAL_FILE(f);
  if( op == SQLITE_FCNTL_MMAP_SIZE ) return SQLITE_NOTFOUND;
  if( op == SQLITE_FCNTL_SIZE_HINT ){
    sqlite3_int64 size = to_real(*(sqlite3_int64 *)arg);
    return r->pMethods->xFileControl(r, op, &size);
  }
  return r->pMethods->xFileControl(r, op, arg);
}

static int daftarSectorSize(sqlite3_file *f){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xSectorSize(r);
}

static int daftarDeviceCharacteristics(sqlite3_file *f){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xDeviceCharacteristics(r);
}

static int daftarShmMap(sqlite3_file *f, int region, int size, int extend, void volatile **to){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xShmMap(r, region, size, extend, to);
}

static int daftarShmLock(sqlite3_file *f, int offset, int n, int flags){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xShmLock(r, offset, n, flags);
}

static void daftarShmBarrier(sqlite3_file *f){
  sqlite3_file *r = REAL_FILE(f);
  r->pMethods->xShmBarrier(r);
}

static int daftarShmUnmap(sqlite3_file *f, int erase){
  sqlite3_file *r = REAL_FILE(f);
  return r->pMethods->xShmUnmap(r, erase);
}

/* Version 2: with shared memory (WAL), without xFetch (memory mapping). */
static const sqlite3_io_methods daftar_io = {
  2,
  daftarClose, daftarRead, daftarWrite, daftarTruncate, daftarSync, daftarFileSize,
  daftarLock, daftarUnlock, daftarCheckReservedLock, daftarFileControl,
  daftarSectorSize, daftarDeviceCharacteristics,
  daftarShmMap, daftarShmLock, daftarShmBarrier, daftarShmUnmap,
  0, 0
};

/* Only the main database is ours; any other file is opened as the default VFS does. */
static int daftarOpen(sqlite3_vfs *v, sqlite3_filename name, sqlite3_file *f, int flags, int *out){
  sqlite3_vfs *real = REAL_VFS(v);
  sqlite3_file *r = REAL_FILE(f);
  int rc;
  if( (flags & SQLITE_OPEN_MAIN_DB) == 0 ) return real->xOpen(real, name, f, flags, out);
  f->pMethods = 0;
  memset(r, 0, (size_t)real->szOsFile);
  rc = real->xOpen(real, name, r, flags, out);
  if( rc == SQLITE_OK && r->pMethods->iVersion < 2 ){
    r->pMethods->xClose(r);
    return SQLITE_CANTOPEN;
  }
  if( rc == SQLITE_OK ) f->pMethods = &daftar_io;
  else if( r->pMethods ) r->pMethods->xClose(r);
  return rc;
}

static int daftarDelete(sqlite3_vfs *v, const char *name, int sync_folder){
  return REAL_VFS(v)->xDelete(REAL_VFS(v), name, sync_folder);
}
static int daftarAccess(sqlite3_vfs *v, const char *name, int flags, int *out){
  return REAL_VFS(v)->xAccess(REAL_VFS(v), name, flags, out);
}
static int daftarFullPathname(sqlite3_vfs *v, const char *name, int n, char *out){
  return REAL_VFS(v)->xFullPathname(REAL_VFS(v), name, n, out);
}
static int daftarRandomness(sqlite3_vfs *v, int n, char *out){
  return REAL_VFS(v)->xRandomness(REAL_VFS(v), n, out);
}
static int daftarSleep(sqlite3_vfs *v, int microseconds){
  return REAL_VFS(v)->xSleep(REAL_VFS(v), microseconds);
}
static int daftarCurrentTime(sqlite3_vfs *v, double *out){
  return REAL_VFS(v)->xCurrentTime(REAL_VFS(v), out);
}
static int daftarGetLastError(sqlite3_vfs *v, int n, char *out){
  return REAL_VFS(v)->xGetLastError(REAL_VFS(v), n, out);
}
static int daftarCurrentTimeInt64(sqlite3_vfs *v, sqlite3_int64 *out){
  return REAL_VFS(v)->xCurrentTimeInt64(REAL_VFS(v), out);
}

/* Makes the VFS known under the name "daftar". Returns SQLite's result code. Call once in a process. */
int daftar_vfs_register(void){
  static sqlite3_vfs daftar;
  sqlite3_vfs *real;
  int rc = sqlite3_initialize();
  if( rc != SQLITE_OK ) return rc;
  real = sqlite3_vfs_find(0);
  if( real == 0 || real->iVersion < 2 ) return SQLITE_ERROR;
  daftar.iVersion = 2;
  daftar.szOsFile = (int)sizeof(DaftarFile) + real->szOsFile;
  daftar.mxPathname = real->mxPathname;
  daftar.zName = "daftar";
  daftar.pAppData = real;
  daftar.xOpen = daftarOpen;
  daftar.xDelete = daftarDelete;
  daftar.xAccess = daftarAccess;
  daftar.xFullPathname = daftarFullPathname;
  daftar.xRandomness = daftarRandomness;
  daftar.xSleep = daftarSleep;
  daftar.xCurrentTime = daftarCurrentTime;
  daftar.xGetLastError = daftarGetLastError;
  daftar.xCurrentTimeInt64 = daftarCurrentTimeInt64;
  return sqlite3_vfs_register(&daftar, 0);
}
