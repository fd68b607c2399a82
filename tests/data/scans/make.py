"""Makes the small files of this folder with pydicom, dcmtk, NumPy and Pillow (Debian: /usr/bin/python3 make.py)."""
import json
import os
import subprocess
import sys

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = sys.argv[1] if len(sys.argv) > 1 else HERE
ROWS, COLUMNS = 10, 12
ROOT = '1.2.826.0.1.3680043.8.498.1'


def path(name):
    return os.path.join(OUT, name)


def pixels(low, high):
    values = np.linspace(low, high, ROWS * COLUMNS).round().astype(np.int64).reshape(ROWS, COLUMNS)
    values[3, 4] = low
    return values


def ct(name, implicit, signed, bits, slope, intercept, stored, padding=None):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = '1.2.840.10008.5.1.4.1.1.2'
    meta.MediaStorageSOPInstanceUID = f'{ROOT}.2'
    meta.TransferSyntaxUID = '1.2.840.10008.1.2' if implicit else '1.2.840.10008.1.2.1'
    meta.ImplementationClassUID = f'{ROOT}.9'
    image = pydicom.FileDataset(path(name), {}, file_meta=meta, preamble=b'\0' * 128)
    image.is_little_endian, image.is_implicit_VR = True, implicit
    image.SpecificCharacterSet = 'ISO_IR 192'
    image.ImageType = ['ORIGINAL', 'PRIMARY', 'AXIAL']
    image.InstanceCreationDate = '20200102'
    image.SOPClassUID, image.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    image.Modality, image.Manufacturer = 'CT', 'Nobody'
    image.SeriesDescription = 'Thorax'
    image.PatientName, image.PatientID = 'Zoë^Phantom', 'P1'
    image.StudyInstanceUID, image.SeriesInstanceUID = f'{ROOT}.3', f'{ROOT}.4'
    image.InstanceNumber = 7
    # A sequence in a sequence, and private elements, one of a private sequence.
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = 'T-D3000', 'SRT', 'Chest'
    outer = Dataset()
    outer.AnatomicRegionSequence = Sequence([code])
    image.RequestAttributesSequence = Sequence([outer, Dataset()])
    block = image.private_block(0x0099, 'THESIS TEST', create=True)
    block.add_new(0x01, 'LO', 'kept')
    block.add_new(0x02, 'OB', b'\x01\x02\x03\x04')
    inner = Dataset()
    inner.PatientComments = 'inside'
    block.add_new(0x03, 'SQ', Sequence([inner]))
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, 'MONOCHROME2'
    image.Rows, image.Columns = ROWS, COLUMNS
    image.PixelSpacing = [0.75, 0.75]
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, bits, bits - 1
    image.PixelRepresentation = int(signed)
    kind = '<i2' if signed else '<u2'
    image.add_new(0x00280106, 'SS' if signed else 'US', int(stored.min()))
    image.add_new(0x00280107, 'SS' if signed else 'US', int(stored.max()))
    if padding is not None:
        image.add_new(0x00280120, 'SS' if signed else 'US', padding)
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = str(intercept), str(slope), 'HU'
    image.PixelData = stored.astype(kind).tobytes()
    image['PixelData'].VR = 'OW'
    if not implicit:
        # Undefined lengths, which end by a delimiter.
        image['RequestAttributesSequence'].is_undefined_length = True
        outer['AnatomicRegionSequence'].is_undefined_length = True
        outer.is_undefined_length_sequence_item = True
    image.save_as(path(name), write_like_original=False)


ct('explicit_signed16.dcm', False, True, 16, 1, 0, pixels(-2000, 3071), padding=-2000)
ct('implicit_unsigned12.dcm', True, False, 12, 1, -1024, pixels(0, 4095))
ct('explicit_slope.dcm', False, False, 16, 0.5, -1000.5, pixels(0, 9000))
ct('implicit_signed12.dcm', True, True, 12, 2, 100, pixels(-2048, 2047))

# A square slice with metal, as a scanner describes it.
image = pydicom.dcmread(path('explicit_signed16.dcm'))
y, x = np.mgrid[:64, :64] - 31.5
body = np.where((x / 26) ** 2 + (y / 20) ** 2 < 1, 40, -1000)
body[(x - 8) ** 2 + y ** 2 < 5] = 2600
del image.PixelPaddingValue, image.SmallestImagePixelValue, image.LargestImagePixelValue
image.Rows = image.Columns = 64
image.PixelSpacing, image.ReconstructionDiameter = [2.5, 2.5], '160'
image.DistanceSourceToDetector, image.DistanceSourceToPatient = '1040', '570'
image.SeriesNumber, image.GantryDetectorTilt = '4', '0'
image.ImagePositionPatient, image.ImageOrientationPatient = [-80, -80, 10], [1, 0, 0, 0, 1, 0]
image.PixelData = body.astype('<i2').tobytes()
image.save_as(path('square.dcm'))

expected = {}
for name in ('explicit_signed16', 'implicit_unsigned12', 'explicit_slope', 'implicit_signed12'):
    image = pydicom.dcmread(path(name + '.dcm'))
    hu = image.pixel_array.astype(np.float64) * float(image.RescaleSlope) + float(image.RescaleIntercept)
    expected[name] = hu.ravel().tolist()
with open(path('expected.json'), 'w') as stream:
    json.dump(expected, stream)

# The same image as dcmtk writes it: undefined lengths everywhere, big endian, deflated, and compressed.
source = path('explicit_signed16.dcm')
subprocess.run(['dcmconv', '+te', '-e', source, path('dcmtk_undefined.dcm')], check=True)
subprocess.run(['dcmconv', '+ti', '-e', source, path('dcmtk_implicit.dcm')], check=True)
subprocess.run(['dcmconv', '+tb', source, path('big_endian.dcm')], check=True)
subprocess.run(['dcmcjpeg', path('implicit_unsigned12.dcm'), path('jpeg_lossless.dcm')], check=True)
subprocess.run(['dcmcrle', path('implicit_unsigned12.dcm'), path('rle.dcm')], check=True)
subprocess.run(['dcmcrle', source, path('rle_signed16.dcm')], check=True)
subprocess.run(['dcmcjpeg', '+e1', source, path('jpeg_signed16.dcm')], check=True)
subprocess.run(['dcmcjpeg', '+el', '+sv', '7', path('implicit_unsigned12.dcm'), path('jpeg_predictor7.dcm')], check=True)
subprocess.run(['dcmconv', '+td', source, path('deflated.dcm')], check=True)

# PNG as Pillow writes them: 16 bits with the DeepLesion offset, masks of 8 bits and of one, colours.
grey = (pixels(-1024, 3071) + 32768).astype(np.uint16)
Image.fromarray(grey).save(path('deeplesion16.png'))
mask = np.zeros((ROWS, COLUMNS), np.uint8)
mask[2:5, 3:7] = 255
Image.fromarray(mask).save(path('mask8.png'))
Image.fromarray(mask > 0).save(path('mask1.png'))
Image.fromarray(np.stack([mask] * 3, axis=-1)).save(path('colour.png'))
Image.fromarray(mask).convert('P').save(path('palette.png'))
rng = np.random.RandomState(3)
noise = rng.randint(0, 65536, (ROWS, COLUMNS)).astype(np.uint16)
Image.fromarray(noise).save(path('noise16.png'))
np.save(path('noise16.npy'), noise)
np.save(path('slice_int16.npy'), pixels(-1024, 3071).astype(np.int16))
np.save(path('stack_int16.npy'), np.stack([pixels(-1024, 3071) + i for i in range(3)]).astype(np.int16))
np.save(path('mask_bool.npy'), mask > 0)
np.save(path('slice_fortran.npy'), np.asfortranarray(pixels(-1024, 3071).astype(np.float32)))
