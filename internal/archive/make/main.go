// Command make builds the archive of the General Assembly's recorded votes
// from the tables of the shared data folder:
//
//	go run ./internal/archive/make -data ../shared/data -output archives/unga
//
// The same tables give the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	data := flag.String("data", "../shared/data", "`folder` with unga-votes.csv.gz, unga-rollcalls.csv.gz, unga-states.csv and unga-bridges.csv")
	output := flag.String("output", "archives/unga", "`folder` to write to")
	flag.Parse()
	if err := run(*data, *output); err != nil {
		fmt.Fprintln(os.Stderr, "make archive:", err)
		os.Exit(1)
	}
}

func run(data, output string) error {
	a, err := build(data)
	if err != nil {
		return err
	}
	files, err := a.Files()
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(output, name), content, 0o644); err != nil {
			return err
		}
	}
	fmt.Printf("%d roll calls, %d seats, %d bridges\n", len(a.Calls), len(a.Seats), len(a.Bridges))
	return nil
}
