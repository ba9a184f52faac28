// The source in Go, on one thread. Argument: UNIT.
package main

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
)

func main() {
	runtime.GOMAXPROCS(1)
	unit, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go answer(connection, unit)
	}
}

func answer(connection net.Conn, unit int) {
	defer connection.Close()
	requests := make([]byte, 64)
	chunk := make([]byte, 64*1024)
	for {
		length, err := connection.Read(requests)
		if err != nil {
			return
		}
		for owed := length * unit; owed > 0; {
			piece := chunk
			if owed < len(piece) {
				piece = piece[:owed]
			}
			if _, err := connection.Write(piece); err != nil {
				return
			}
			owed -= len(piece)
		}
	}
}
