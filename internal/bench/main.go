// Command bench measures what a user waits for, on the default corpus and on a
// synthetic one a hundred times as large, each figure beside a named
// alternative measured in the same run. It asserts nothing: the machine may be
// busy, so read the ratios.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/suggest"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/view"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	tmp, err := os.MkdirTemp("", "entente-bench-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	if len(os.Args) > 1 && os.Args[1] == "store" { // make bench BENCH=store
		return stores(ctx, tmp)
	}
	if len(os.Args) > 2 && os.Args[1] == "exchange-plain" { // the benchmark starts itself so
		return servePlain(ctx, os.Args[2])
	}
	bin := filepath.Join(tmp, "entente")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./cmd/entente")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the binary: %w\n%s", err, out)
	}
	if len(os.Args) > 1 && os.Args[1] == "exchange" { // make bench BENCH="exchange 1000000"
		n, err := exchangeArgs(os.Args[2:])
		if err != nil {
			return err
		}
		return exchanges(ctx, tmp, bin, n)
	}
	size, err := os.Stat(bin)
	if err != nil {
		return err
	}
	fmt.Printf("%-46s %10.1f MB  (static, stripped)\n", "binary", float64(size.Size())/1e6)

	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		return err
	}
	small, large := filepath.Join(tmp, "default"), filepath.Join(tmp, "synthetic")
	if err := datapackage.WriteDir(c, small); err != nil {
		return err
	}
	if err := datapackage.WriteDir(synthetic(c, 10), large); err != nil {
		return err
	}
	if err := cold(ctx, bin, tmp); err != nil {
		return err
	}
	for _, d := range []struct{ title, dir string }{
		{"default corpus", small}, {"synthetic corpus, 100 times as large", large},
	} {
		if err := inMemory(d.title, d.dir); err != nil {
			return err
		}
		if err := served(ctx, bin, d.title, d.dir); err != nil {
			return err
		}
	}
	if err := stores(ctx, tmp); err != nil {
		return err
	}
	if err := exchanges(ctx, tmp, bin, exchangeObjects); err != nil {
		return err
	}
	return aims()
}

// cold times the whole command from the shell, beside the same binary doing
// nothing but print its version.
func cold(ctx context.Context, bin, dir string) error {
	command := func(args ...string) func() error {
		return func() error {
			cmd := exec.CommandContext(ctx, bin, args...)
			cmd.Dir = dir
			return cmd.Run()
		}
	}
	a, err := timed(9, command("compare", "est", "jpn"))
	if err != nil {
		return fmt.Errorf("entente compare est jpn: %w", err)
	}
	b, err := timed(9, command("version"))
	if err != nil {
		return err
	}
	row("cold: entente compare est jpn", a, "entente version", b)
	return nil
}

func inMemory(title, dir string) error {
	var c *entente.Corpus
	load, err := timed(3, func() (err error) {
		c, err = datapackage.ReadDir(dir)
		return err
	})
	if err != nil {
		return err
	}
	raw, err := timed(3, func() error { return parseOnly(dir) })
	if err != nil {
		return err
	}
	fmt.Printf("\n%s: %d actors, %d propositions, %d statements, %d votes\n", title, len(c.Actors), len(c.Propositions), len(c.Statements), len(c.Votes))
	row("load, check and index", load, "parse the CSV only", raw)

	opts := compare.Options{Settings: entente.Settings{AsOf: entente.Day(2021, 2, 19)}}
	pair := []entente.ActorID{"est", "jpn"}
	one, err := timed(25, func() error { _, err := compare.Compare(c, pair, opts); return err })
	if err != nil {
		return err
	}
	sql, err := newSQL(c)
	if err != nil {
		return err
	}
	defer func() { _ = sql.Close() }()
	query, err := timed(25, func() error { return sql.latest("est", "jpn", "2021-02-19") })
	if err != nil {
		return err
	}
	row("compare a pair", one, "latest statements only, in SQLite", query)

	whole, err := timed(25, func() error {
		r, err := compare.Compare(c, pair, opts)
		if err == nil {
			suggest.For(c, r)
			_, err = view.Builder{Corpus: c}.Compare(pair, opts)
		}
		return err
	})
	if err != nil {
		return err
	}
	row("compare, suggest and shape for display", whole, "compare alone", one)

	board, err := timed(5, func() error { _, err := compare.NewBoard(c, opts); return err })
	if err != nil {
		return err
	}
	b, err := compare.NewBoard(c, opts)
	if err != nil {
		return err
	}
	near, err := timed(9, func() error { _, err := b.Nearest("est"); return err })
	if err != nil {
		return err
	}
	row("one actor with all others, board ready", near, "making the board", board)
	return nil
}

// timed runs f n times after a warm-up and gives the median.
func timed(n int, f func() error) (time.Duration, error) {
	if err := f(); err != nil {
		return 0, err
	}
	runs := make([]time.Duration, n)
	for i := range runs {
		start := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		runs[i] = time.Since(start)
	}
	slices.Sort(runs)
	return runs[n/2], nil
}

func row(what string, d time.Duration, beside string, alt time.Duration) {
	fmt.Printf("%-46s %10.3f ms  beside %-36s %10.3f ms  ratio %.2f\n", what, ms(d), beside, ms(alt), ms(d)/ms(alt))
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }
