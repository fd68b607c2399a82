"""Makes a DICOM series of a stack of slices in HU: dicom_series.py STACK.npy[.gz] FOLDER --spacing MM [--step MM].

For trials with slices that are not kept as DICOM. The names of the files are not in the order of their places. A localizer
and a coronal plane lie among them, and the last slices stand apart by a gap.
"""
import argparse
import gzip
import os

import numpy as np
from pydicom.uid import generate_uid

import dicom_valid


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument('stack')
    arguments.add_argument('folder')
    arguments.add_argument('--spacing', type=float, required=True)
    arguments.add_argument('--step', type=float, default=3.0)
    given = arguments.parse_args()
    with (gzip.open if given.stack.endswith('.gz') else open)(given.stack, 'rb') as file:
        stack = np.load(file)
    os.makedirs(given.folder)
    count, size = len(stack), stack.shape[1]
    for i in range(count):
        d = dicom_valid.image(given.stack, 3, charset='ISO_IR 192', description='Thorax, weiß')
        d.Rows = d.Columns = size
        d.PixelSpacing, d.ReconstructionDiameter = [f'{given.spacing:g}'] * 2, f'{given.spacing * size:g}'
        place = given.step * (i if i < count - 5 else i + 2)
        d.ImagePositionPatient = [f'{-given.spacing * size / 2:g}'] * 2 + [f'{place:g}']
        d.SliceLocation, d.InstanceNumber = f'{place:g}', str(count - i)
        d.PixelData = stack[i].astype('<i2').tobytes()
        d.add_new(0x00280106, 'SS', int(stack[i].min()))
        d.add_new(0x00280107, 'SS', int(stack[i].max()))
        save(d, given, f'IM{i * 7 % count if count % 7 else i:04d}')
    d.ImageType = ['ORIGINAL', 'PRIMARY', 'LOCALIZER']
    save(d, given, 'SCOUT')
    d.ImageType, d.ImageOrientationPatient = ['DERIVED', 'SECONDARY', 'AXIAL'], ['1', '0', '0', '0', '0', '-1']
    save(d, given, 'CORONAL')


def save(d, given, name):
    d.SOPInstanceUID = generate_uid(dicom_valid.LOCAL + '.', [given.stack, name])
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
    d.save_as(os.path.join(given.folder, name + '.dcm'), write_like_original=False)


if __name__ == '__main__':
    main()
