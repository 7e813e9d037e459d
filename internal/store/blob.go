package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"entente"
)

// MaxBlob bounds one stored file.
const MaxBlob = 64 << 20

// PutBlob keeps a file under its SHA-256, which it returns. The same file is
// kept once.
func (s *Store) PutBlob(ctx context.Context, media string, data []byte) (string, error) {
	if len(data) > MaxBlob {
		return "", &entente.Error{Kind: entente.Invalid, Op: "keep file", Msg: "the file is too large", Hint: fmt.Sprintf("at most %d MB", MaxBlob>>20)}
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	err := s.engine.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, "INSERT INTO blobs (hash, media, size, at, data) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hash) DO NOTHING", hash, media, len(data), s.now().UTC().UnixMicro(), data)
		return err
	})
	return hash, err
}

// Blob gives a kept file and its media type. It checks the hash: a file that
// changed on the disk is an error. Errors: NotFound.
func (s *Store) Blob(ctx context.Context, hash string) (data []byte, media string, err error) {
	err = s.engine.read(ctx, func(ctx context.Context, q querier) error {
		return q.QueryRowContext(ctx, "SELECT data, media FROM blobs WHERE hash = $1", hash).Scan(&data, &media)
	})
	if noRows(err) {
		return nil, "", &entente.Error{Kind: entente.NotFound, Op: "read file", Place: hash, Msg: "there is no such file in the store"}
	}
	if err != nil {
		return nil, "", err
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != hash {
		return nil, "", &entente.Error{Kind: entente.Internal, Op: "read file", Place: hash, Msg: "the stored file is not what was put in", Hint: "restore it from a backup"}
	}
	return data, media, nil
}

// DropBlob takes a kept file out again, if it is of that media type: for files
// that are kept for a while only, under a media type of their own. A file that is
// not there is no error.
func (s *Store) DropBlob(ctx context.Context, media, hash string) error {
	return s.engine.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, "DELETE FROM blobs WHERE hash = $1 AND media = $2", hash, media)
		return err
	})
}

// ExpireBlobs takes out the files of a media type that were put in before an
// instant.
func (s *Store) ExpireBlobs(ctx context.Context, media string, before time.Time) error {
	return s.engine.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, "DELETE FROM blobs WHERE media = $1 AND at < $2", media, before.UTC().UnixMicro())
		return err
	})
}
