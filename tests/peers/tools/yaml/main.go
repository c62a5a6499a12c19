// Command sigs-yaml is the parser of the Go tools around Kubernetes, alone: it decodes every document of a file, TIMES
// times over, and prints the seconds of processor and of wall time that the loop took.
//
//	sigs-yaml FILE TIMES
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"sigs.k8s.io/yaml"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 3 {
		return fmt.Errorf("usage: sigs-yaml FILE TIMES")
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	times, err := strconv.Atoi(os.Args[2])
	if err != nil {
		return err
	}
	documents := split(text)
	before, start := processor(), time.Now()
	for range times {
		for _, document := range documents {
			var object map[string]any
			if err := yaml.Unmarshal(document, &object); err != nil {
				return err
			}
		}
	}
	fmt.Printf("%d %.6f %.6f\n", len(documents), (processor() - before).Seconds(), time.Since(start).Seconds())
	return nil
}

// split cuts a text at the lines that begin with three dashes.
func split(text []byte) [][]byte {
	var documents [][]byte
	start := 0
	for _, line := range bytes.SplitAfter(text, []byte("\n")) {
		if bytes.HasPrefix(line, []byte("---")) {
			documents = append(documents, text[:start])
			text, start = text[start+len(line):], 0
			continue
		}
		start += len(line)
	}
	return append(documents, text)
}

// processor is what this process has used so far, its garbage collector included.
func processor() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
