// The sink in Go, on one thread. Argument: UNIT.
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
		go drain(connection, unit)
	}
}

func drain(connection net.Conn, unit int) {
	defer connection.Close()
	buffer := make([]byte, 64*1024)
	for received := 0; ; {
		length, err := connection.Read(buffer)
		if err != nil {
			return
		}
		for received += length; received >= unit; received -= unit {
			connection.Write([]byte("."))
		}
	}
}
