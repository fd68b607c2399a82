"""Checks the DICOM that Invoke-MetalArtifactReduction reads and writes against pydicom, dcmtk and dciodvfy.

    /usr/bin/python3 benchmarks/peers/dicom_valid.py [--out FOLDER] [--method NMAR]

Makes valid CT images of many kinds (Debian: python3-pydicom, python3-numpy, dcmtk, dicom3tools), reduces each by the module
of this checkout in the real shell, and prints one row a kind:

    read     the largest difference, in HU, between our pixels and pydicom's
    written  the same for the derived image, read by pydicom and by our own reader
    new      lines of dciodvfy on the derived image that it does not print for the source

Exits 1 when a pixel differs by more than float32 rounds, when a line is new, or when an image with metal comes back as it
was or one without does not. Nothing of a patient is in the images.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SIZE = 64
ROUNDING = 1e-3
LOCAL = '1.2.826.0.1.3680043.8.498.2'


def body(metal=True):
    """A body of water with fat and bone in it and a rod of 4000 HU, in HU."""
    y, x = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    image = np.full((SIZE, SIZE), -1000.0)
    image[(x / 26) ** 2 + (y / 20) ** 2 < 1] = 40
    image[((x + 8) / 6) ** 2 + (y / 5) ** 2 < 1] = -90
    image[(x / 3) ** 2 + ((y - 12) / 3) ** 2 < 1] = 700
    if metal:
        image[((x - 10) / 2.2) ** 2 + ((y + 3) / 2.2) ** 2 < 1] = 2600
    return image + np.round(8 * np.sin(x * 1.7) * np.cos(y * 2.3))


def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def image(kind, number, **given):
    options = dict(implicit=False, signed=True, bits=16, slope=1, intercept=0, padding=None, limit=None, metal=True,
                   charset='ISO_IR 100', description='Thorax', tilt=0.0)
    options.update(given)
    o = type('O', (), options)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = '1.2.840.10008.5.1.4.1.1.2'
    meta.MediaStorageSOPInstanceUID = generate_uid(LOCAL + '.', [kind, 'instance'])
    meta.TransferSyntaxUID = '1.2.840.10008.1.2' if o.implicit else '1.2.840.10008.1.2.1'
    meta.ImplementationClassUID = LOCAL + '.9'
    d = pydicom.FileDataset(None, {}, file_meta=meta, preamble=b'\0' * 128)
    d.is_little_endian, d.is_implicit_VR = True, o.implicit
    d.SpecificCharacterSet = o.charset
    d.ImageType = ['ORIGINAL', 'PRIMARY', 'AXIAL']
    d.SOPClassUID, d.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    d.StudyDate = d.SeriesDate = d.AcquisitionDate = d.ContentDate = '20200102'
    d.StudyTime = d.SeriesTime = d.AcquisitionTime = d.ContentTime = '101112'
    d.AccessionNumber, d.Modality, d.Manufacturer = '', 'CT', 'Nobody'
    d.ReferringPhysicianName = ''
    d.StudyDescription, d.SeriesDescription = 'Phantom', o.description
    d.ManufacturerModelName, d.SoftwareVersions = 'Phantom', '1'
    d.PatientName, d.PatientID, d.PatientBirthDate, d.PatientSex = 'Phantom^A', 'P1', '', 'O'
    d.BodyPartExamined, d.PatientPosition = 'CHEST', 'HFS'
    d.SliceThickness, d.KVP, d.DataCollectionDiameter, d.ReconstructionDiameter = '2.5', '120', '500', '160'
    d.DistanceSourceToDetector, d.DistanceSourceToPatient = '1085.6', '595'
    d.GantryDetectorTilt, d.TableHeight, d.RotationDirection = str(o.tilt), '150', 'CW'
    d.ExposureTime, d.XRayTubeCurrent, d.Exposure, d.ConvolutionKernel = '500', '200', '100', 'STANDARD'
    d.StudyInstanceUID = generate_uid(LOCAL + '.', [kind, 'study'])
    d.SeriesInstanceUID = generate_uid(LOCAL + '.', [kind, 'series'])
    d.FrameOfReferenceUID = generate_uid(LOCAL + '.', [kind, 'frame'])
    d.StudyID, d.SeriesNumber, d.AcquisitionNumber, d.InstanceNumber = '1', str(number), '1', '1'
    angle = np.deg2rad(o.tilt)
    d.ImagePositionPatient = ['-80', '-80', str(10.0 * number)]
    d.ImageOrientationPatient = ['1', '0', '0', '0', f'{np.cos(angle):.8f}', f'{-np.sin(angle):.8f}']
    d.PositionReferenceIndicator, d.SliceLocation = '', str(10.0 * number)
    d.SamplesPerPixel, d.PhotometricInterpretation = 1, 'MONOCHROME2'
    d.Rows = d.Columns = SIZE
    d.PixelSpacing = ['2.5', '2.5']
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, o.bits, o.bits - 1, int(o.signed)
    d.RescaleIntercept, d.RescaleSlope, d.RescaleType = str(o.intercept), str(o.slope), 'HU'
    d.WindowCenter, d.WindowWidth = '40', '400'
    low, high = (-(1 << (o.bits - 1)), (1 << (o.bits - 1)) - 1) if o.signed else (0, (1 << o.bits) - 1)
    stored = np.clip(np.round((body(o.metal) - o.intercept) / o.slope), low, high)
    vr = 'SS' if o.signed else 'US'
    if o.padding is not None:
        y, x = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
        outside = x * x + y * y > (SIZE / 2) ** 2
        stored[outside] = o.padding
        d.add_new(0x00280120, vr, o.padding)
        if o.limit is not None:
            stored[outside & ((x + y) % 2 == 0)] = o.limit
            d.add_new(0x00280121, vr, o.limit)
    d.add_new(0x00280106, vr, int(stored.min()))
    d.add_new(0x00280107, vr, int(stored.max()))
    d.PixelData = stored.astype('<i2' if o.signed else '<u2').tobytes()
    d['PixelData'].VR = 'OW'
    return d


def private(d):
    block = d.private_block(0x0099, 'THESIS TEST', create=True)
    block.add_new(0x01, 'LO', 'kept')
    inner = Dataset()
    inner.PatientComments = 'inside'
    block.add_new(0x03, 'SQ', Sequence([inner]))
    block.add_new(0x04, 'OB', b'\x01\x02\x03\x04')


def derived_before(d):
    d.ImageType = ['DERIVED', 'PRIMARY', 'AXIAL']
    d.DerivationDescription = 'Сглаживание ' * 70
    d.DerivationCodeSequence = Sequence([code('113088', 'DCM', 'Gaussian blur')])
    source = Dataset()
    source.ReferencedSOPClassUID, source.ReferencedSOPInstanceUID = d.SOPClassUID, LOCAL + '.77'
    source.PurposeOfReferenceCodeSequence = Sequence([code('121322', 'DCM', 'Source image for image processing operation')])
    d.SourceImageSequence = Sequence([source])
    maker = Dataset()
    maker.PurposeOfReferenceCodeSequence = Sequence([code('109102', 'DCM', 'Processing Equipment')])
    maker.Manufacturer = 'Другой'
    d.ContributingEquipmentSequence = Sequence([maker])


def icon(d):
    small = Dataset()
    small.SamplesPerPixel, small.PhotometricInterpretation = 1, 'MONOCHROME2'
    small.Rows, small.Columns, small.BitsAllocated, small.BitsStored, small.HighBit = 8, 8, 8, 8, 7
    small.PixelRepresentation, small.PixelData = 0, bytes(64)
    small['PixelData'].VR = 'OB'
    d.IconImageSequence = Sequence([small])


def undefined(d):
    private(d)
    item = Dataset()
    item.ScheduledProcedureStepID, item.RequestedProcedureID = 'S1', 'R1'
    d.RequestAttributesSequence = Sequence([item])
    d['RequestAttributesSequence'].is_undefined_length = True


KINDS = {
    'implicit, unsigned 12 bits': (dict(implicit=True, signed=False, bits=12, intercept=-1024), None, None),
    'explicit, signed 16 bits': ({}, None, None),
    'explicit, signed 12 bits': (dict(bits=12, slope=2, intercept=0), None, None),
    'explicit, unsigned 16 bits, slope .5': (dict(signed=False, slope=0.5, intercept=-1024.5), None, None),
    'padding as a value': (dict(padding=-2000), None, None),
    'padding as a range': (dict(padding=-2000, limit=-1500), None, None),
    'private sequence, implicit': (dict(implicit=True), private, None),
    'undefined lengths': ({}, undefined, ['dcmconv', '-e']),
    'UTF-8 text, 64 characters': (dict(charset='ISO_IR 192', description='胸部薄层扫描' * 10 + '林林林林'), None, None),
    'GB18030 text': (dict(charset='GB18030', description='胸部薄层扫描' * 10), None, None),
    'ISO 2022 text, Japanese': (dict(charset=['', 'ISO 2022 IR 87'], description='胸部薄切' * 15), None, None),
    'Cyrillic text, derived before': (dict(charset='ISO_IR 144', description='Грудная клетка ' * 4), derived_before, None),
    'RLE': (dict(signed=False, bits=12, intercept=-1024), None, ['dcmcrle']),
    'RLE, signed 16 bits': ({}, None, ['dcmcrle']),
    'deflated': ({}, private, ['dcmconv', '+td']),
    'lossless JPEG': (dict(signed=False, bits=12, intercept=-1024), None, ['dcmcjpeg', '+e1']),
    'lossless JPEG, signed 16 bits': ({}, None, ['dcmcjpeg', '+e1']),
    'icon image, tilted gantry': (dict(tilt=15.0), icon, None),
    'no metal': (dict(metal=False), None, None),
}


def make(folder):
    for number, (kind, (options, change, program)) in enumerate(KINDS.items(), 1):
        d = image(kind, number, **options)
        if change:
            change(d)
        path = os.path.join(folder, f'{number:02d}', 'slice.dcm')
        os.makedirs(os.path.dirname(path))
        d.save_as(path, write_like_original=False)
        if program:
            subprocess.run([*program, path, path + '.new'], check=True, capture_output=True)
            os.replace(path + '.new', path)


def shell(script):
    done = subprocess.run(
        ['dotnet', 'tool', 'exec', '--yes', 'powershell@7.6.9', '--', '-NoProfile', '-Command', script],
        cwd=ROOT, capture_output=True, text=True)
    if done.returncode or done.stderr.strip():
        sys.exit(done.stdout + done.stderr)
    return done.stdout


def plain(path):
    """The file as dcmtk unpacks it, where pydicom or dciodvfy does not: lossless JPEG and deflated ones."""
    syntax = pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID
    if not (syntax.is_deflated or syntax.startswith('1.2.840.10008.1.2.4.')):
        return path
    unpacked = path + '.plain'
    subprocess.run(['dcmconv', '+te', path, unpacked] if syntax.is_deflated else ['dcmdjpeg', path, unpacked], check=True)
    return unpacked


def hounsfield(path):
    d = pydicom.dcmread(plain(path))
    return d.pixel_array.astype(np.float64) * float(d.RescaleSlope) + float(d.RescaleIntercept)


def padding(path):
    d = pydicom.dcmread(path)
    if 'PixelPaddingValue' not in d:
        return np.zeros((SIZE, SIZE), bool)
    low = d.PixelPaddingValue
    high = d.get('PixelPaddingRangeLimit', low)
    return (d.pixel_array >= min(low, high)) & (d.pixel_array <= max(low, high))


def complaints(path):
    """What dciodvfy says, without the values and lengths: it counts a text's bytes where the standard counts characters."""
    done = subprocess.run(['dciodvfy', '-new', plain(path)], capture_output=True)
    lines = (done.stdout + done.stderr).decode('utf-8', 'replace').splitlines()
    return {re.sub(r'Value invalid for this VR \[(\w+)\] = <.*> - Length invalid for this VR = <\d+>',
                   r'longer, in bytes, than \1 may be', line) for line in lines}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument('--out')
    arguments.add_argument('--method', default='NMAR')
    given = arguments.parse_args()
    folder = given.out or tempfile.mkdtemp(prefix='thesis-dicom-')
    source, reduced, values = (os.path.join(folder, name) for name in ('source', 'reduced', 'npy'))
    make(source)
    shell(f"""$ErrorActionPreference = 'Stop'; Import-Module ./Thesis.psd1
        $reduce = @{{ Recurse = $true; Geometry = 'Auto'; WarningAction = 'SilentlyContinue'; Path = '{source}' }}
        Invoke-MetalArtifactReduction @reduce -Method {given.method} -Destination '{reduced}' | Out-Null
        Invoke-MetalArtifactReduction @reduce -Method None -Format Npy -Destination '{values}' | Out-Null
        Invoke-MetalArtifactReduction @reduce -Path '{reduced}' -Method None -Format Npy -Destination '{values}/again' | Out-Null
        """.replace("@reduce -Path '", "-Recurse -Geometry Auto -WarningAction SilentlyContinue -Path '"))
    print(f'{"kind":38} {"read":>6} {"written":>8} {"changed":>8} {"new":>4}  syntax')
    failed = False
    for number, kind in enumerate(KINDS, 1):
        before = os.path.join(source, f'{number:02d}', 'slice.dcm')
        after = os.path.join(reduced, f'{number:02d}', f'slice.{given.method.lower()}.dcm')
        mine = np.load(os.path.join(values, f'{number:02d}', 'slice.none.npy'))
        again = np.load(os.path.join(values, 'again', f'{number:02d}', f'slice.{given.method.lower()}.none.npy'))
        scanned = ~padding(before)
        read = np.abs(mine - hounsfield(before))[scanned].max()
        written = np.abs(again - hounsfield(after))[scanned].max()
        changed = np.count_nonzero(hounsfield(after) != hounsfield(before))
        new = sorted(complaints(after) - complaints(before))
        failed |= read > ROUNDING or written > ROUNDING or bool(new) or (changed > 0) != ('no metal' not in kind)
        syntax = pydicom.dcmread(before).file_meta.TransferSyntaxUID.name
        print(f'{kind:38} {read:6g} {written:8g} {changed:8d} {len(new):4d}  {syntax}')
        for line in new:
            print('    ' + line)
    complained = {line for number in range(1, len(KINDS) + 1)
                  for line in complaints(os.path.join(source, f'{number:02d}', 'slice.dcm'))}
    print(f'dciodvfy on the {len(KINDS)} sources says, in all: {sorted(complained)}')
    sys.exit(failed)


if __name__ == '__main__':
    main()
