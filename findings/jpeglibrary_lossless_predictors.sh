#!/usr/bin/env bash
# JpegLibrary 0.4.32 (NuGet) decodes lossless JPEG (ISO/IEC 10918-1, process 14). A decoder of a lossless format gives the
# pixels back or fails; this one gives others, without an error, for the predictors (selection values) 2, 3, 6 and 7: its
# first line is predicted by them, too, where the standard has the left neighbour (annex H.1.2.1). Predictor 1, that of DICOM's
# 1.2.840.10008.1.2.4.70, is right, and so are 4 and 5. The streams hold the same 12 x 10 ramp of 12 bits, 0 to 4095 with a 0
# at row 3, column 4; dcmtk 3.6.7 wrote them and reads all back without a difference.
# Seen: "predictor 1: 0 of 120 samples differ" (4 and 5 as well), "predictor 7: 110 of 120 samples differ" (2, 3 and 6 as
# well, other numbers). Fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="JpegLibrary" Version="[0.4.32]" /></ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'PROGRAM'
using System.Runtime.InteropServices;
using JpegLibrary;

(int, string)[] streams =
[
    (1, "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAKAAwBAREA/8QAFwABAQEBAAAAAAAAAAAAAAAABgkLEP/aAAgBAQABAADkSNEjRIkaJGiR2dRI0SNEiRokaJFZ1EjRI0SJGiRokVnUSNFlg6waJGiRokVnUSNEiRokaJEjRWdRI0SJGiRokSNFZ1EiRokaJGiRI0VnUSJGiRokSNEjRWdRIkaJGiRI0SNFZxGiRokaJEjRI0X//9k="),
    (2, "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAKAAwBAREA/8QAGAABAQADAAAAAAAAAAAAAAAACQYKCxD/2gAIAQEAAgAA6io6KjoqKjoqOio2dZ1nWdZ1nWdZ1nWdZ1nGdZ1nWdZ1nWdZ1nWdZ1nWdZ1nWdwO2dZ1nWdZ1nWdZ1nWdZ3d+s6zrOs6zjOs6zrOs6zrOs6zrOs6zrOs6zrOs4zrOs6zrOs6zrOs6zrOs6zrOs6zrOM6zrOs6zrOs6zrOs6zrOs6zrOs6zjOs6zrOs6zrOs6zrOs7///2Q=="),
    (3, "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAKAAwBAREA/8QAGAABAQADAAAAAAAAAAAAAAAACQYKCxD/2gAIAQEAAwAA6io6KjoqKjoqOio2db9wG/cBv2/cBv3Ab9v2db9wG/cBv2/cBv3Ab9v2db9wG/wXm/b9wG/cBv2/Z1v3Ab9v95A37gN+37ft+zrfuA37fuA37gN+37gN+zrft+37fuA37gN+37gN+zrft+4DfuA37ft+37gN+zrft+4DfuA37fuA37gN+zjft+4DfuA37fuA37gN/wD/2Q=="),
    (4, "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAKAAwBAREA/8QAGQABAAMBAQAAAAAAAAAAAAAAAAEGCQsQ/9oACAEBAAQAAPWKx2Kx2KxWOxWOxWPZ0AI2dABs6OU91YQNnR1YOU+Ils6ADZ1EgGzoESNnQAbOSAH//9k="),
    (5, "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAKAAwBAREA/8QAGQABAQEBAQEAAAAAAAAAAAAABQYJCgsQ/9oACAEBAAUAAPqKjoqOioqOio6Kj2dRSRSRRSRSRR2dRSRSRRSRSRR2dRSR8rD1ckUkUkUdnUUkesHlhRSRRSR2dRSRRSRSRRSR2dRRSRSRSRRSR2dRRSRSRRSRSR2dRRSRSRRSRSR2cSRSRSRRSRSR/9k="),
    (6, "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAKAAwBAREA/8QAGQABAQEBAQEAAAAAAAAAAAAACAYJCwoQ/9oACAEBAAYAAPqKjoqOioqOio6Kj2dZ7PZ7PZ7PZ7PZ7PZ2zrPZ7PZ7PZ7PZ7PZ7P2dZ7PZ/Nt9v7PZ7PZ7PZ+zrPZ7P7F+DzPZ7PZzPZ+zrPZ7PZ7PZ7PZ7PZ7P2dZ7OZ7PZ7PZ7PZ7PZ+zrPZ7PZ7PZ7OZ7PZ7P2dZ7PZ7PZ7PZ7PZ7PZ+zjPZ7PZ7PZ7PZ7PZ7P/AP//2Q=="),
    (7, "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAKAAwBAREA/8QAGQABAQEBAQEAAAAAAAAAAAAACAYJCgsQ/9oACAEBAAcAAPqKjoqOioqOio6Kj2dcDgcDgcDgcDgcDgb+zrgcDgcDgcDgcDgcDg2dcDgcHm/dyDgcDgcDgcGzrgcDg7kHA4HA4G+4HBs64HA4HA4HA4HA4HA4NnXA33A4HA4HA4HA4HBs64HA4HA4HA33A4HA4NnXA4HA4HA4HA4HA4HBs44HA4HA4HA4HA4HA4P//9k="),
];
foreach (var (predictor, stream) in streams)
{
    var samples = new Samples();
    var decoder = new JpegDecoder();
    decoder.SetInput(Convert.FromBase64String(stream));
    decoder.Identify();
    decoder.SetOutputWriter(samples);
    decoder.Decode();
    var wrong = Enumerable.Range(0, 120).Count(i => samples.Values[i] != Expected(i));
    Console.WriteLine($"predictor {predictor}: {wrong} of 120 samples differ");
}

static int Expected(int i) => i == 40 ? 0 : (int)Math.Round(i * 4095.0 / 119, MidpointRounding.ToEven);

sealed class Samples : JpegBlockOutputWriter
{
    public short[] Values { get; } = new short[120];

    public override void WriteBlock(ref short blockRef, int componentIndex, int x, int y)
    {
        var block = MemoryMarshal.CreateReadOnlySpan(ref blockRef, 64);
        for (var i = 0; i < 64; i++)
        {
            if (x + (i % 8) < 12 && y + (i / 8) < 10) Values[((y + (i / 8)) * 12) + x + (i % 8)] = block[i];
        }
    }
}
PROGRAM
dotnet run | tee output.txt
for right in 1 4 5; do grep -qx "predictor $right: 0 of 120 samples differ" output.txt; done
for wrong in 2 3 6 7; do grep -qE "^predictor $wrong: [1-9][0-9]* of 120 samples differ\$" output.txt; done
